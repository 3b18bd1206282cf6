/**
 * Progress: what was measured in a game with gloves, and whether that is a change.
 *
 * Owns `processing_events`, `analyses`. Calls attractions, games, players (who agreed to be measured), rigs (cues),
 * sessions (the recordings) and notifications (which tell the player). Joins `game.changed` and `sensor-data.erased`;
 * publishes `progress.changed`.
 */
import type { ResultSummary } from '../../../contract/progress.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import type { Events } from '../../platform/events/events.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import type { WorkerPool } from '../../platform/workers/worker-pool.ts';
import { type GamesModule, gameChanged, type PageUrl } from '../games/index.ts';
import type { NotificationsModule } from '../notifications/index.ts';
import type { PlayersModule } from '../players/index.ts';
import type { RigsModule } from '../rigs/index.ts';
import { type SessionsModule, sensorDataErased } from '../sessions/index.ts';
import { algorithmVersion } from './analysis/parameters.ts';
import { createPhoneGameIntake } from './phone-game-intake.ts';
import { phoneGameRoutes } from './phone-game-routes.ts';
import { progressChanged } from './progress-events.ts';
import { analyse, analyseJob, reanalyse, reanalyseJob } from './progress-jobs.ts';
import { progressOf } from './progress-reading.ts';
import { progressRoutes } from './progress-routes.ts';
import { createProgressService } from './progress-service.ts';
import { analyses, processingEvents } from './progress-tables.ts';
import { resultSummary } from './result-summary.ts';
import { stationResultRoutes } from './station-result-routes.ts';

/** What a game's glove measured, in a few words; null when nothing was recorded, or it was erased. */
export const resultOf = async (reader: Reader, gameId: string): Promise<ResultSummary | null> =>
  resultSummary(await progressOf(reader, gameId));

export const progressTables = [processingEvents, analyses];

export interface ProgressModuleDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  events: Events;
  jobs: Jobs;
  live: Pick<LiveFeed, 'changed'>;
  pageUrl: PageUrl;
  workers: WorkerPool;
  games: Pick<GamesModule, 'game' | 'playedElsewhere'>;
  players: Pick<PlayersModule, 'consentsOf'>;
  rigs: Pick<RigsModule, 'cuesOf'>;
  sessions: Pick<SessionsModule, 'ofGame' | 'ready' | 'addPosted' | 'processed' | 'examine'>;
  notifications: Pick<NotificationsModule, 'tell' | 'withdraw' | 'changed' | 'progressFrom'>;
  /** Holds `streams.db`. */
  dataDirectory: string;
}

export function createProgressModule(deps: ProgressModuleDeps) {
  const { database, events, jobs, notifications } = deps;
  const progress = createProgressService({
    ...deps,
    algorithmVersion,
    analyseNever: (tx, id) => void jobs.cancel(tx, analyse, id),
    analyseLater: (tx, id) => void jobs.enqueue(tx, analyse, { processing_event_id: id }, { uniqueKey: id }),
    changed: (tx, game_id) => events.publish(tx, progressChanged, { game_id }),
  });
  jobs.register(analyseJob({ ...deps, progress }));
  jobs.register(reanalyseJob(progress, jobs));
  events.join(gameChanged, progress.follow);
  events.listen(progressChanged, () => deps.live.changed('progress'));
  events.join(sensorDataErased, (tx, { player_id }) => progress.erase(tx, player_id));
  notifications.progressFrom(async (reader, _playerId, gameIds) => {
    const all = await Promise.all(gameIds.map((id) => progressOf(reader, id)));
    return all.flatMap((one) => (one === null || one.state === 'pending' ? [] : [one]));
  });
  return {
    routes: [
      ...phoneGameRoutes({ ...deps, progress, intake: createPhoneGameIntake(deps) }),
      ...stationResultRoutes(deps),
      ...progressRoutes({
        algorithmVersion,
        reanalyseLater: (tx, behind) => void jobs.enqueue(tx, reanalyse, behind),
      }),
    ],

    /** Looks for games that wait, or that an older version of the algorithm has analysed. Before any job runs. */
    start: (): Promise<void> =>
      database.write((tx) => {
        progress.goOnWithAll(tx);
        jobs.enqueue(tx, reanalyse, { since: 0, player_id: null, after: '' }, { uniqueKey: 'start' });
      }),
  };
}
export type ProgressModule = ReturnType<typeof createProgressModule>;
