/**
 * Sessions: what gloves measure while somebody plays with them, and how long it is kept.
 *
 * Owns `glove_sessions` and the samples in `streams.db`. Calls games, players (who agreed to be measured) and gloves
 * (whose samples they are). Joins `game.changed` and `player.changed`. Publishes `sensor-data.erased`.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { createCounter } from '../../platform/metrics.ts';
import type { Piece } from '../../platform/streams/chunk.ts';
import { hasStreams } from '../../platform/streams/stream-connection.ts';
import { createStreamStore } from '../../platform/streams/stream-store.ts';
import type { WorkerPool } from '../../platform/workers/worker-pool.ts';
import { type GamesModule, gameChanged } from '../games/index.ts';
import { assembleFrames, type GlovesModule, type SampleBlock } from '../gloves/index.ts';
import { type PlayersModule, playerChanged } from '../players/index.ts';
import { recordingsCheck } from './recordings-check.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { createSessionRecorder, type RecorderDeps } from './session-recorder.ts';
import { lateMs } from './sessions.ts';
import { eraseSamples, eraseSamplesJob } from './sessions-jobs.ts';
import { sessionsRoutes } from './sessions-routes.ts';
import { tidySessions } from './sessions-schedules.ts';
import { createSessionsService, type GlovesOfStations } from './sessions-service.ts';
import { gloveSessions } from './sessions-tables.ts';
import { storedBefore } from './stored-before.ts';

export { createSessionStager } from './session-stager.ts';
export { isMixed } from './sessions.ts';
export { sensorDataErased } from './sessions-events.ts';
export type { PostedSession } from './sessions-service.ts';
export { sessionById, sessionsOfGame, sessionsOfPlayer } from './sessions-store.ts';
export type { SessionRow } from './sessions-tables.ts';

/** How often it is looked whether what is missing has come. */
const lookMs = 500;
/** At a start every page is looked at, unless that would take long: then damage is found when it is met. */
const examinedAtStart = 200e6;

export const sessionTables = [gloveSessions];

/** What sessions want of the gloves. */
export interface RecordedGloves extends GlovesOfStations, Pick<RecorderDeps, 'rejectedBy' | 'driftWatch'> {
  follow(sink: (block: SampleBlock) => void): void;
  /** The same for whoever stores nothing. */
  watch(sink: (block: SampleBlock) => void): void;
  layoutOf: GlovesModule['layoutOf'];
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
  /** `workers`: others take samples in, and this process makes chunks of them when a session is over. */
  ingest: 'appliance' | 'workers';
  workers: Pick<WorkerPool, 'run'>;
}

export function createSessionsModule(deps: SessionsModuleDeps) {
  const { database, clock, events, jobs, logger, metrics, gloves, dataDirectory } = deps;
  const givenUp = createCounter(metrics, {
    name: 'dugout_samples_given_up_total',
    help: 'Samples that could not be stored, because the disk refused them for too long',
    labels: [],
  });
  const streams = createStreamStore({
    dataDirectory,
    clock,
    onFailure: (error) => logger.error({ err: error }, 'samples could not be stored and are tried again'),
    onLoss(session, samples) {
      givenUp.inc(samples);
      logger.error({ session, samples }, 'samples were given up');
    },
    onAnew(aside) {
      logger.error({ aside }, 'the recordings were damaged or taken away: a new file has begun');
      forgetRecordings().catch((error: unknown) =>
        logger.error({ err: error }, 'sessions still name what is gone'),
      );
    },
  });
  const recorder = createSessionRecorder({
    ...gloves,
    clock,
    streams: deps.ingest === 'workers' ? { append() {} } : streams,
    learned: (id) =>
      void database
        .write((tx) => service.learned(tx, id))
        .catch((error: unknown) =>
          logger.error({ err: error, session: id }, 'what is known is not kept yet'),
        ),
  });
  const service = createSessionsService({
    ...deps,
    recorder,
    streams,
    storedBefore: (id) => storedBefore(dataDirectory, id),
    drop(sessionIds) {
      streams
        .remove(sessionIds)
        .catch((error: unknown) => logger.error({ err: error, sessionIds }, 'samples are deleted later'));
    },
    eraseLater: (tx, player_id) =>
      void jobs.reschedule(tx, eraseSamples, { player_id }, { uniqueKey: player_id }),
  });
  jobs.register(eraseSamplesJob({ sessions: service, database, streams, dataDirectory }));
  events.join(gameChanged, service.follow);
  events.join(playerChanged, (tx, { player_id }) => service.consentChanged(tx, player_id));
  if (deps.ingest === 'workers') gloves.watch(recorder.take);
  else gloves.follow(recorder.take);

  /**
   * Makes chunks of what workers have staged of a session: when nothing is missing that this process saw itself, or when
   * it is not worth while to wait any more.
   */
  async function assemble(id: string, signal: AbortSignal | undefined): Promise<void> {
    const { glove, started_at, ended_at, samples, lost } = service.session(database.now, id);
    if (glove === null || ended_at === null) return;
    const order = {
      dataDirectory,
      streamId: id,
      glove,
      layout: gloves.layoutOf(database.now, glove),
      fromUs: started_at * 1_000,
      untilUs: ended_at * 1_000,
    };
    const isStoredHere = deps.ingest === 'appliance';
    for (;;) {
      const now = clock.now();
      const seen = isStoredHere || now >= ended_at + lateMs ? null : { samples, lost };
      const run = { ...order, seen, now };
      const { isWhole, damages } = await deps.workers.run(assembleFrames, run, signal ? { signal } : {});
      for (const { code, seq } of damages)
        logger.error({ session: id, code, seq }, 'samples are damaged and were left out');
      if (isWhole) return;
      await sleep(clock, lookMs);
      signal?.throwIfAborted();
    }
  }

  /** The venue was rebuilt from its replica, which has no samples, or its file is damaged or lost. */
  async function forgetRecordings(): Promise<void> {
    const sessions = await database.write(service.recordingsGone);
    if (sessions > 0) logger.warn({ sessions }, 'the recordings of these sessions are not on this machine');
  }

  /** Games are played without recordings, too. */
  async function examine(most?: number): Promise<void> {
    try {
      await streams.examine(most);
    } catch (error) {
      logger.error({ err: error }, 'the recordings cannot be written');
    }
  }

  return {
    /** Whether samples can be stored. A venue plays on where they cannot, so nobody is kept from being sent work. */
    health: recordingsCheck({ streams, clock, dataDirectory }),
    /** Somebody else who writes samples was refused: looks at the whole file, and begins another where it is damaged. */
    examine: () => examine(),
    routes: sessionsRoutes({ sessions: service, players: deps.players, dataDirectory }),
    schedules: [tidySessions(createSessionKeeper({ sessions: service, database, streams, clock, logger }))],

    /** Throws `not_found`. */
    session: service.session,
    /** First begun first. */
    ofGame: service.ofGame,
    /** Newest first. */
    ofPlayer: service.ofPlayer,

    /** Resolves when every sample of a closed session is on disk, so that it can be read; rejects when it cannot be. */
    async ready(sessionId: string, signal?: AbortSignal): Promise<void> {
      await streams.flush(sessionId);
      if (deps.ingest === 'workers' || (await streams.isStaged(sessionId))) await assemble(sessionId, signal);
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
      if (!hasStreams(dataDirectory)) await forgetRecordings();
      else await examine(examinedAtStart);
      await service.resume(database.now, (work) => database.write(work));
    },

    /** What was measured so far is on disk. After whoever follows gloves has stopped. */
    async stop(): Promise<void> {
      await streams.close();
    },
  };
}
export type SessionsModule = ReturnType<typeof createSessionsModule>;
