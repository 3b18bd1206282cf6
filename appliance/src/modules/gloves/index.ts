/**
 * Gloves: what reaches the venue from sensor gloves, on whichever way, and what they are told.
 *
 * Owns `gloves`, `glove_calibrations`. Calls devices (a glove is one), attractions, players and games. Joins
 * `device.described`. Publishes `glove.changed`.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Presence } from '../../../contract/devices.ts';
import type { GloveControlPayload } from '../../../contract/glove-control.ts';
import type { GloveFeedback } from '../../../contract/gloves.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Ids } from '../../platform/ids.ts';
import type { MessageBus } from '../../platform/mqtt/message-bus.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import {
  allPresence,
  type DevicesModule,
  deviceDescribed,
  deviceRevoked,
  presenceChanged,
} from '../devices/index.ts';
import type { GamesModule } from '../games/index.ts';
import type { PlayersModule } from '../players/index.ts';
import { calibrationRoutes } from './calibration/calibration-routes.ts';
import { resultIn } from './calibration/calibration-rows.ts';
import { createCalibrationService } from './calibration/calibration-service.ts';
import { createDriftWatch } from './calibration/drift.ts';
import { controllerRoutes } from './controller/controller-routes.ts';
import { createControllerService } from './controller/controller-service.ts';
import { judged } from './glove-counts.ts';
import { createGloveIntake } from './glove-intake.ts';
import { saidLayout } from './glove-layouts.ts';
import { createGloveMetrics } from './glove-metrics.ts';
import { createGloveSinks } from './glove-sinks.ts';
import { createGloveWays } from './glove-ways.ts';
import { canFeel, isDeviceAuto, usuallyRescales } from './gloves.ts';
import { gloveChanged } from './gloves-events.ts';
import { gloveProblems } from './gloves-problems.ts';
import { glovesRoutes } from './gloves-routes.ts';
import { createGlovesService, type GloveAt } from './gloves-service.ts';
import { calibrationsStore, glovesStore } from './gloves-store.ts';
import { type GloveCalibrationRow, type GloveRow, gloveCalibrations, gloves } from './gloves-tables.ts';
import { gloveControlTopic, gloveStreamTopic, glovesTopics } from './gloves-topics.ts';
import { forceFeedback, vibrate } from './wire/alpha-orders.ts';

export { assembleFrames } from './assemble-task.ts';
export { calibrationView, resultIn } from './calibration/calibration-rows.ts';
export type { DriftWatch } from './calibration/drift.ts';
export { normaliser } from './calibration/normaliser.ts';
export type { Steered } from './controller/controller-service.ts';
export { gloveChanged } from './gloves-events.ts';
export type { GloveAt } from './gloves-service.ts';
export type { GloveCalibrationRow } from './gloves-tables.ts';
export { gloveStreamTopic } from './gloves-topics.ts';
export type { SampleBlock } from './stream/sample-block.ts';

export const gloveTables = [gloves, gloveCalibrations];

type Reads = Pick<Statements, 'all' | 'get'>;

export interface GlovesModuleDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  events: Events;
  live: Pick<LiveFeed, 'changed'>;
  logger: Logger;
  metrics: Registry;
  devices: DevicesModule;
  attractions: AttractionsModule;
  players: PlayersModule;
  games: GamesModule;
  /** Paths of serial lines, and `tcp://host:port` of gloves that wait to be called. */
  places: readonly string[];
  /** Where gloves call in; undefined for nowhere. */
  tcpPort: number | undefined;
  host: string;
  /** `workers`: what is stored, others store. */
  ingest: 'appliance' | 'workers';
}

const secondMs = 1_000;
/** How old it may be what the database knows of when a glove was heard. */
const touchMs = 30_000;

export function createGlovesModule(deps: GlovesModuleDeps) {
  const { database, clock, ids, events, live, logger, devices, attractions } = deps;
  const newId = () => ids.next();
  const changed = () => live.changed('gloves');
  const service = createGlovesService(deps);
  const presence = new Map<string, Presence>();
  /** Writes that nobody waits for, until the end. */
  const writing = new Set<Promise<unknown>>();
  let bus: Pick<MessageBus, 'publish'> | undefined;
  let cancels: Cancel[] = [];
  let touchedAt = 0;

  const isThere = (glove: string): boolean =>
    !['offline', 'unknown'].includes(presence.get(glove) ?? 'offline');
  const inBackground = (write: Promise<unknown>) => {
    const settled = write
      .catch((error: unknown) => logger.error({ err: error }, 'what is known of a glove was not kept'))
      .finally(() => writing.delete(settled));
    writing.add(settled);
  };

  const metrics = createGloveMetrics(deps.metrics, () => intake.tallies());
  const onFailure = metrics.sinkFailed;
  const storing = createGloveSinks({ clock, logger, onFailure });
  const watching = createGloveSinks({ clock, logger, onFailure });
  const stores = deps.ingest === 'appliance';

  const send = (glove: string, control: GloveControlPayload) =>
    bus?.publish(gloveControlTopic, { id: glove }, control);

  const intake = createGloveIntake({
    clock,
    newRun: newId,
    rowOf: (glove) => glovesStore.byName(database.now, glove),
    admit: (glove) => database.write((tx) => service.admit(tx, glove)),
    seen: (glove, seen) => inBackground(database.write((tx) => service.seen(tx, glove, seen))),
    present: (glove, here) =>
      inBackground(devices.heard(glove, { state: here ? 'online' : 'offline' }, clock.now())),
    give(block) {
      watching.give(block);
      if (stores) storing.give(block);
    },
    show: (glove, frame) => bus?.publish(gloveStreamTopic, { id: glove }, frame),
    changed,
  });

  /** Writes a line to the glove's firmware; false when it has none that reads lines, or is away. */
  const say = (glove: string, line: string): boolean => {
    const to = intake.lineOf(glove);
    return to !== null && canFeel(to.wire()) && to.say(line);
  };

  const calibrations = createCalibrationService({
    ...deps,
    gloveNamed: service.gloveNamed,
    say,
    kept: (glove) => controller.recalibrated(glove),
  });
  const controller = createControllerService({
    clock,
    live,
    gloveNamed: service.gloveNamed,
    calibrationOf: (glove) => calibrations.resultFor(database.now, glove),
    send,
  });
  watching.follow(calibrations.take);
  watching.follow(controller.take);

  const ways = createGloveWays({
    places: deps.places,
    tcpPort: deps.tcpPort,
    host: deps.host,
    clock,
    logger,
    attend: intake.attend,
    onCut(reason) {
      intake.noteCut(reason);
      metrics.cut(reason);
    },
  });

  /** Throws `glove_away` and `glove_feels_nothing`. */
  function feel(glove: string, { force, vibration }: GloveFeedback): void {
    const line = intake.lineOf(glove);
    if (line === null && !isThere(glove)) throw new Problem(gloveProblems.glove_away);
    if (line !== null && !canFeel(line.wire())) throw new Problem(gloveProblems.glove_feels_nothing);
    const scale = glovesStore.byName(database.now, glove)?.ffb_scale ?? 'lucidgloves';
    const said = [
      ...(force === undefined ? [] : [forceFeedback(force, scale)]),
      ...(vibration === undefined ? [] : [vibrate(vibration)]),
    ];
    if (line !== null && !said.every(line.say)) throw new Problem(gloveProblems.glove_away);
    if (force !== undefined) send(glove, { type: 'force', force });
    if (vibration !== undefined) send(glove, { type: 'vibration', ...vibration });
  }

  function gloveAt(row: GloveRow): GloveAt {
    const said = intake.nowOf(row.name, true)?.saysDeviceAuto ?? usuallyRescales(row.wire);
    return {
      name: row.name,
      hand: row.hand,
      gloveClass: row.glove_class ?? 'unknown',
      way: row.way,
      deviceAuto: isDeviceAuto(row.device_auto, said),
    };
  }

  function everySecond(): void {
    intake.turn(isThere);
    if (clock.now() - touchedAt < touchMs) return;
    const heard = intake.heardSince(touchedAt);
    touchedAt = clock.now();
    if (heard.size > 0) inBackground(database.write((tx) => service.touch(tx, heard)));
  }

  events.join(deviceDescribed, (tx, { device, kind, meta }) => service.describe(tx, device, kind, meta));
  events.listen(gloveChanged, ({ glove }) => {
    intake.refresh(glove);
    changed();
  });
  events.listen(presenceChanged, ({ device, presence: now }) => {
    presence.set(device, now);
    changed();
  });
  events.listen(deviceRevoked, ({ device }) => intake.forget(device));

  return {
    routes: [
      ...glovesRoutes({ gloves: service, nowOf: intake.nowOf, counts: intake.counts, feel }),
      ...calibrationRoutes(calibrations),
      ...controllerRoutes(controller),
    ],
    topics: glovesTopics(intake),
    /** Hands every block to whoever stores it, where this process does. Answers how to stop it. */
    follow: storing.follow,
    /** Hands every block to whoever only looks at it. Answers how to stop it. */
    watch: watching.follow,
    /** What gloves steer. Answers how to stop it. */
    followSteering: controller.follow,
    /** Gloves that belong to a station, or whose device stands there. */
    glovesAt(reads: Reads, stationId: string): GloveAt[] {
      const device = attractions.stationById(reads, stationId)?.device ?? null;
      const standing = device === null ? undefined : glovesStore.byName(reads, device);
      const rows = glovesStore.atStation(reads, stationId);
      const isListed = rows.some(({ name }) => name === standing?.name);
      return [...rows, ...(standing === undefined || isListed ? [] : [standing])].map(gloveAt);
    },
    /** The row that applies when this player wears the glove. */
    calibrationFor: (reads: Reads, { glove, playerId }: { glove: string; playerId: string | null }) =>
      calibrations.newestFor(reads, glove, playerId),
    /** What a glove's meta says its frames hold. */
    layoutOf: (reads: Reads, glove: string) => saidLayout(glovesStore.byName(reads, glove)?.layout ?? null),
    /** Looks whether what a hand does fits a calibration, given as the JSON of its row. */
    driftWatch: (calibration: string) =>
      createDriftWatch(resultIn(JSON.parse(calibration) as GloveCalibrationRow)),
    /** Nothing is kept of what was measured of this player's hands. */
    eraseCalibrations: (tx: Transaction, playerId: string) => void calibrationsStore.deleteOf(tx, playerId),
    /** How many lines or frames of a glove were refused since the appliance started. */
    rejectedBy(glove: string): number {
      const heard = intake.tallies().find(({ name }) => name === glove);
      return heard === undefined ? 0 : judged(heard.tally.codes).rejected;
    },
    /** Gloves hear of what they steer, and those on lines and sockets are heard by everybody, from now on. */
    connect(to: Pick<MessageBus, 'publish'>): void {
      bus = to;
    },
    /** Where gloves call in, once it has started; null for nowhere. */
    tcpPort: ways.tcpPort,
    async start(): Promise<void> {
      touchedAt = clock.now();
      for (const { device, presence: now } of database.now.all(allPresence, {})) presence.set(device, now);
      calibrations.startTicking();
      cancels = [clock.every(secondMs, everySecond)];
      await ways.start();
    },
    async stop(): Promise<void> {
      calibrations.stopTicking();
      for (const cancel of cancels) cancel();
      await ways.stop();
      await Promise.all(writing);
    },
  };
}
export type GlovesModule = ReturnType<typeof createGlovesModule>;
