import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { GameAction } from '../../../../contract/games.ts';
import type { Consent } from '../../../../contract/players.ts';
import { openDatabase } from '../../../platform/database/database.ts';
import { readMigrations } from '../../../platform/database/migrations.ts';
import { createEvents } from '../../../platform/events/events.ts';
import { anonymous, type Principal } from '../../../platform/http/principal.ts';
import type { Reply, RouteRequest } from '../../../platform/http/route.ts';
import { createIds } from '../../../platform/ids.ts';
import { createJobs } from '../../../platform/jobs/jobs.ts';
import { openStreamReader } from '../../../platform/streams/stream-reader.ts';
import { someSamples } from '../../../platform/streams/testing/a-recording.ts';
import { createVenueTime } from '../../../platform/venue-time.ts';
import { createFakeClock, type FakeClock } from '../../../testing/fake-clock.ts';
import { createAttractionsModule } from '../../attractions/index.ts';
import { createGamesService } from '../../games/games-service.ts';
import type { SampleBlock } from '../../gloves/index.ts';
import { createPlayersService } from '../../players/players-service.ts';
import { createSessionsModule, type SessionsModuleDeps } from '../index.ts';
import type { CalibrationAtStart, GloveAtStation } from '../sessions-service.ts';

const migrations = readMigrations(join(import.meta.dirname, '../../../../migrations'));
const staff = { userId: null, username: 'floor', role: 'staff' };
export const principalOf = (role: Principal['role'], playerId: string | null = null): Principal => ({
  ...anonymous,
  role,
  playerId,
});

export const aGlove: GloveAtStation = {
  name: 'glove-1',
  hand: 'right',
  gloveClass: 'frame/15',
  way: 'mqtt',
  deviceAuto: false,
};

/** Real games, players and jobs over a real database; gloves that a test speaks for. To be stopped. */
export async function aSessionsBench({
  directory = mkdtempSync(join(tmpdir(), 'dugout-')),
  clock = createFakeClock(),
  ingest = 'appliance',
}: {
  directory?: string;
  clock?: FakeClock;
  ingest?: SessionsModuleDeps['ingest'];
} = {}) {
  const logger = pino({ level: 'silent' });
  const metrics = new Registry();
  const ids = createIds(clock);
  const failures: unknown[] = [];
  const events = createEvents((_, error) => failures.push(error));
  const database = openDatabase({ directory, migrations, clock });
  const base = { database, clock, ids, events, logger, metrics };
  const jobs = createJobs({ ...base, random: () => 1 });
  const players = createPlayersService({
    ...base,
    country: 'US',
    auth: {
      addUser() {
        throw new Error('nobody signs in here');
      },
    },
  });
  const attractions = createAttractionsModule(base);
  const games = createGamesService({
    ...base,
    attractions,
    players,
    venueTime: createVenueTime('UTC', 4),
    devices: { rig: () => undefined, presenceOf: () => 'unknown' },
  });

  const at: GloveAtStation[] = [aGlove];
  let calibration: CalibrationAtStart | undefined = { id: 'a', drifted: 0 };
  let rejected = 0;
  /** What was held against a calibration, and what came of it. */
  const watched: SampleBlock[] = [];
  let drifted = false;
  /** When chunks were made of what others had staged. */
  const assembledAt: number[] = [];
  /** Whose calibrations were to go. */
  const erased: string[] = [];
  let sink: (block: SampleBlock) => void = () => {};
  let laterUs = 0;
  const sessions = createSessionsModule({
    ...base,
    jobs,
    games,
    players,
    dataDirectory: directory,
    ingest,
    workers: {
      // On this thread, which waits for it.
      async run(task, input) {
        assembledAt.push(clock.now());
        const { default: work } = await import(task.module.href);
        return work(input);
      },
    },
    gloves: {
      follow(taken) {
        sink = taken;
      },
      watch(taken) {
        sink = taken;
      },
      layoutOf: () => null,
      glovesAt: () => at,
      calibrationFor: () => calibration,
      eraseCalibrations: (_, playerId) => void erased.push(playerId),
      rejectedBy: () => rejected,
      driftWatch: () => ({ take: (block) => watched.push(block), drift: () => ({ drifted, fingers: {} }) }),
    },
  });
  await attractions.start();
  await sessions.start();
  await jobs.start();
  const [schedule] = sessions.schedules;
  let stopped = false;
  /** As a kill does it, but for what is in memory, which is lost with either. */
  async function crash(): Promise<void> {
    if (stopped) return;
    stopped = true;
    await jobs.stop(0);
    database.close();
  }
  async function stop(): Promise<void> {
    await crash();
    await sessions.stop();
    rmSync(directory, { recursive: true, force: true });
  }

  const act = (gameId: string, action: GameAction) =>
    database.write((tx) => games.act(tx, gameId, action, action === 'complete' ? { score: 7 } : {}, staff));

  return {
    directory,
    clock,
    database,
    jobs,
    events,
    games,
    sessions,
    failures,
    crash,
    stop,
    act,
    watched,
    assembledAt,
    erased,
    drift(so: boolean) {
      drifted = so;
    },
    calibrate(with_: CalibrationAtStart | undefined) {
      calibration = with_;
    },
    /** In place of the one glove at every station. */
    gloves(...given: GloveAtStation[]) {
      at.splice(0, at.length, ...given);
    },
    reject(more: number) {
      rejected += more;
    },
    /** A game that is being played by somebody who agrees to this. */
    async aPlayedGame(consent: Consent = { sensor: true }) {
      const game = await database.write((tx) =>
        games.create(
          tx,
          { player: { name: 'Ana Pérez', consent }, attraction: 'glove', party_size: 1 },
          staff,
        ),
      );
      for (const action of ['queue', 'recall', 'confirm', 'play'] as const) await act(game.id, action);
      return game;
    },
    consent: (playerId: string, consent: Consent) =>
      database.write((tx) => players.changeConsent(tx, playerId, consent, 'floor')),
    /** What a glove measured, handed on as gloves do: at the time that its number says, and not before now. */
    measure(seq: number, count: number, more: Partial<SampleBlock> & { run?: string } = {}): void {
      const { streamId: _, channels, ...samples } = someSamples(seq, count, { run: more.run ?? 'r' });
      laterUs = Math.max(laterUs, clock.now() * 1_000 - samples.t0Us);
      samples.t0Us += laterUs;
      const layout = { id: 1, channels };
      const said = { glove: 'glove-1', lost: 0, calibrated: false, deviceAuto: false };
      sink({ ...said, layout, ...samples, ...more, values: Int16Array.from(samples.values) });
    },
    samplesOf(sessionId: string): number {
      const reader = openStreamReader(directory);
      const { stretches } = reader.read(sessionId);
      reader.close();
      return stretches.reduce((sum, { count }) => sum + count, 0);
    },
    tidy: () => schedule?.run(new AbortController().signal),
    /** Calls a route as it would be called. */
    async call(
      method: string,
      path: string,
      request: Partial<RouteRequest<unknown, unknown, unknown>>,
    ): Promise<Reply & { text: string }> {
      const route = sessions.routes.find((one) => one.method === method && one.path === path);
      const whole = { params: {}, query: {}, body: undefined, at: clock.now(), address: '', headers: {} };
      const asked = { ...whole, principal: principalOf('admin'), ...request };
      const reply = route?.read
        ? await route.read(asked, database.reader)
        : await database.write((tx) => {
            if (route?.write === undefined) throw new Error(`no route ${method} ${path}`);
            return route.write(tx, asked, undefined);
          });
      const text =
        reply.body instanceof Readable
          ? (await reply.body.map(String).toArray()).join('')
          : JSON.stringify(reply.body);
      return { ...reply, text };
    },
  };
}
export type SessionsBench = Awaited<ReturnType<typeof aSessionsBench>>;
