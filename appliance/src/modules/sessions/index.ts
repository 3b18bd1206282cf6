/**
 * Sessions: what gloves measure while somebody plays with them, and how long it is kept.
 *
 * Owns `glove_sessions` and the samples in `streams.db`. Calls games, players (who agreed to be measured) and gloves
 * (whose samples they are). Joins `game.changed` and `player.changed`. Publishes `sensor-data.erased`.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { createCounter } from '../../platform/metrics.ts';
import type { Piece } from '../../platform/streams/chunk.ts';
import { createStreamStore } from '../../platform/streams/stream-store.ts';
import { type GamesModule, gameChanged } from '../games/index.ts';
import type { SampleBlock } from '../gloves/index.ts';
import { type PlayersModule, playerChanged } from '../players/index.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { createSessionRecorder, type RecorderDeps } from './session-recorder.ts';
import { eraseSamples, eraseSamplesJob } from './sessions-jobs.ts';
import { sessionsRoutes } from './sessions-routes.ts';
import { tidySessions } from './sessions-schedules.ts';
import { createSessionsService, type GlovesOfStations } from './sessions-service.ts';
import { gloveSessions } from './sessions-tables.ts';

export { sensorDataErased } from './sessions-events.ts';
export type { PostedSession } from './sessions-service.ts';
export { openSessions, sessionById, sessionsOfGame, sessionsOfPlayer } from './sessions-store.ts';
export type { SessionRow } from './sessions-tables.ts';

export const sessionTables = [gloveSessions];

/** What sessions want of the gloves. */
export interface RecordedGloves extends GlovesOfStations, Pick<RecorderDeps, 'rejectedBy' | 'driftWatch'> {
  follow(sink: (block: SampleBlock) => void): void;
}

export interface SessionsModuleDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  events: Events;
  jobs: Jobs;
  logger: Logger;
  metrics: Registry;
  games: Pick<GamesModule, 'game'>;
  players: Pick<PlayersModule, 'consentsOf' | 'player'>;
  gloves: RecordedGloves;
  /** Holds `streams.db`. */
  dataDirectory: string;
  /** `workers`: others take samples in, and leave it to this process to make chunks of them. */
  ingest: 'appliance' | 'workers';
}

/** How often what workers have left is looked through. */
const foldMs = 1_000;

export function createSessionsModule(deps: SessionsModuleDeps) {
  const { database, clock, ids, events, jobs, logger, metrics, gloves, dataDirectory } = deps;
  const givenUp = createCounter(metrics, {
    name: 'dugout_samples_given_up_total',
    help: 'Samples that could not be stored, because the disk refused them for too long',
    labels: [],
  });
  const streams = createStreamStore({
    dataDirectory,
    clock,
    holder: ids.next(),
    onFailure: (error) => logger.error({ err: error }, 'samples could not be stored and are tried again'),
    onLoss(session, samples) {
      givenUp.inc(samples);
      logger.error({ session, samples }, 'samples were given up');
    },
  });
  const recorder = createSessionRecorder({ ...gloves, streams });
  const service = createSessionsService({
    ...deps,
    recorder,
    streams,
    drop(sessionIds) {
      streams
        .remove(sessionIds)
        .catch((error: unknown) => logger.error({ err: error, sessionIds }, 'samples are deleted later'));
    },
    eraseLater: (tx, player_id) =>
      void jobs.reschedule(tx, eraseSamples, { player_id }, { uniqueKey: player_id }),
  });
  jobs.register(eraseSamplesJob({ sessions: service, database, streams }));
  events.join(gameChanged, service.follow);
  events.join(playerChanged, (tx, { player_id }) => service.consentChanged(tx, player_id));
  gloves.follow(recorder.take);
  let stopFolding: Cancel = () => {};
  let folding: Promise<void> | undefined;

  async function foldOnce(): Promise<void> {
    try {
      for (const { code, streamId: session, run, seq } of (await streams.fold()).damages)
        logger.error({ session, code, run, seq }, 'samples are damaged and were left out');
    } catch (error) {
      logger.error({ err: error }, 'samples are made chunks of later');
    } finally {
      folding = undefined;
    }
  }

  return {
    routes: sessionsRoutes({ sessions: service, players: deps.players, dataDirectory }),
    schedules: [tidySessions(createSessionKeeper({ sessions: service, database, streams, clock, logger }))],

    /** Throws `not_found`. */
    session: service.session,
    /** First begun first. */
    ofGame: service.ofGame,
    /** Newest first. */
    ofPlayer: service.ofPlayer,

    /** Resolves when every sample of a closed session is on disk, so that it can be read; rejects when it cannot be. */
    async ready(sessionId: string): Promise<void> {
      await streams.flush(sessionId);
      await streams.fold([sessionId]);
      const counts = await streams.countsOf(sessionId);
      await database.write((tx) => service.counted(tx, sessionId, counts));
    },

    /**
     * Stores a recording that is whole, under an id of `ids`, before the row that names it: without one within an hour
     * it is deleted. A thread of its own may as well write it by itself, with `openStreamWriter`.
     */
    storePosted: (pieces: readonly Piece[]) => streams.put(pieces),
    addPosted: service.addPosted,
    processed: service.processed,

    /** Goes on recording what was recorded when the appliance stopped, as far as it is still played. */
    async start(): Promise<void> {
      await service.resume(database.now, (work) => database.write(work));
      if (deps.ingest === 'workers') stopFolding = clock.every(foldMs, () => (folding ??= foldOnce()));
    },

    /** What was measured so far is on disk. After whoever follows gloves has stopped. */
    async stop(): Promise<void> {
      stopFolding();
      await folding;
      await streams.close();
    },
  };
}
export type SessionsModule = ReturnType<typeof createSessionsModule>;
