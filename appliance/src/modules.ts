import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from './config.ts';
import { createAttractionsModule } from './modules/attractions/index.ts';
import { createAuthModule } from './modules/auth/index.ts';
import { createDevicesModule } from './modules/devices/index.ts';
import { createGamesModule } from './modules/games/index.ts';
import { createGlovesModule } from './modules/gloves/index.ts';
import { createLeaderboardsModule } from './modules/leaderboards/index.ts';
import {
  type Carrier,
  countPending,
  createCarriers,
  createMessagingModule,
  createQuietHours,
} from './modules/messaging/index.ts';
import { createNotificationsModule } from './modules/notifications/index.ts';
import { createPlayersModule } from './modules/players/index.ts';
import { createProgressModule, resultOf } from './modules/progress/index.ts';
import { createQueueModule } from './modules/queue/index.ts';
import { createRecallModule } from './modules/recall/index.ts';
import { createOutagesModule } from './modules/replication/index.ts';
import { countOpenReplies, createRepliesModule } from './modules/replies/index.ts';
import { createRigsModule } from './modules/rigs/index.ts';
import { createSessionsModule } from './modules/sessions/index.ts';
import { createSiteModule } from './modules/site/index.ts';
import { createSouvenirsModule } from './modules/souvenirs/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Database } from './platform/database/database.ts';
import type { Events } from './platform/events/events.ts';
import type { LiveFeed } from './platform/http/live-feed.ts';
import type { Route } from './platform/http/route.ts';
import type { Ids } from './platform/ids.ts';
import type { MediaStore } from './platform/images/media-store.ts';
import { createPicturePress } from './platform/images/picture-press.ts';
import type { Jobs } from './platform/jobs/jobs.ts';
import { countDeadJobs } from './platform/jobs/jobs-store.ts';
import { createVenueTime } from './platform/venue-time.ts';
import { createWorkerPool } from './platform/workers/worker-pool.ts';

/** For the replica, which keeps sign-ins of its own. */
export {
  afterFailure,
  createSignInDesk,
  type SignInRecords,
  sessionLifeMs,
  signedInUser,
  tokenLifeMs,
  type UserRow,
} from './modules/auth/index.ts';
/** For whoever runs the modules in a process of their own. */
export { createOperationsModule, healthRoutes } from './modules/operations/index.ts';
export { onItsWayPage, typedCode } from './modules/souvenirs/index.ts';

/** What every module stands on. */
export interface Ground {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly live: LiveFeed;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly media: MediaStore;
  /** Address of a guest's own page. */
  pageUrl(code: string): string;
  /** In place of the carriers that the configuration names. */
  readonly carriers?: readonly Carrier[];
  /**
   * On the replica, where pictures come from the venue: in place of making those once more that are missing.
   */
  readonly onItsWay?: (gameId: string) => Promise<void>;
  /** Where fonts are unpacked. */
  readonly fontsDirectory: string;
}

/**
 * The domain, put together in its published order. Nothing starts and nothing is read or written: the same modules,
 * on a database that only reads, are the read side of the replica.
 */
export function createModules(config: Config, ground: Ground) {
  const { clock, logger, metrics } = ground;
  const venueTime = createVenueTime(config.timezone, config.dayStartsAt);
  const base = { ...ground, venueTime };
  const { profile, timezone, dayStartsAt } = config;
  const site = createSiteModule({ ...base, ...config.site, profile, timezone, dayStartsAt });
  const auth = createAuthModule({
    ...base,
    secretKey: config.secretKey,
    siteId: config.site.id,
    dataDirectory: config.dataDirectory,
    bootstrapPassword: config.bootstrapPassword,
    tls: false,
  });
  const devices = createDevicesModule({ ...base, auth });
  const players = createPlayersModule({ ...base, auth, country: config.country });
  const attractions = createAttractionsModule(base);
  const games = createGamesModule({ ...base, devices, attractions, players });
  const { publicUrl, texts } = config;
  const rigs = createRigsModule({ ...base, devices, attractions, games });
  const { carriers, routes: carrierRoutes } = createCarriers(texts.carriers, { clock, logger, publicUrl });
  const messaging = createMessagingModule({
    ...base,
    siteName: config.site.name,
    games,
    players,
    attractions,
    logger,
    metrics,
    carriers: ground.carriers ?? carriers,
    quietHours: createQuietHours(config.timezone, texts.quietHours),
    holdCalls: texts.holdCalls,
    closeAt: texts.closeAt,
    publicPageUrl: publicUrl === undefined ? null : (code) => `${publicUrl}/s/${code}`,
  });
  const replies = createRepliesModule({ ...base, games, players, messaging });
  createRecallModule({ ...base, games, messaging });
  const queue = createQueueModule({
    ...base,
    games,
    attractions,
    siteName: config.site.name,
    counts: {
      messagesPending: async (reader) => (await reader.get(countPending, {}))?.count ?? 0,
      repliesOpen: async (reader) => (await reader.get(countOpenReplies, {}))?.count ?? 0,
      jobsFailed: async (reader) => (await reader.get(countDeadJobs, {}))?.count ?? 0,
    },
  });
  const leaderboards = createLeaderboardsModule({ ...base, attractions });
  const notifications = createNotificationsModule({ ...base, isVenue: profile !== 'cloud' });
  const souvenirs = createSouvenirsModule({
    ...base,
    games,
    players,
    attractions,
    messaging,
    replies,
    floor: queue.floor,
    measuredIn: resultOf,
    siteName: config.site.name,
    press: createPicturePress(),
    logger,
  });
  const gloves = createGlovesModule({
    ...base,
    ...config.gloves,
    host: config.http.host,
    devices,
    attractions,
    players,
    games,
  });
  const workers = createWorkerPool({
    clock,
    metrics,
    threads: 2,
    queue: 64,
    memory: 1_024,
    onFailure: (error) => logger.error({ err: error }, 'a worker thread failed'),
  });
  const sessions = createSessionsModule({
    ...base,
    games,
    players,
    gloves,
    dataDirectory: config.dataDirectory,
    ingest: config.gloves.ingest,
    workers,
  });

  const progress = createProgressModule({
    ...base,
    workers,
    games,
    players,
    rigs,
    sessions,
    notifications,
    dataDirectory: config.dataDirectory,
  });

  const routes: Route[] = [
    ...auth.routes,
    ...devices.routes,
    ...players.routes,
    ...attractions.routes,
    ...games.routes,
    ...rigs.routes,
    ...messaging.routes,
    ...carrierRoutes,
    ...replies.routes,
    ...queue.routes,
    ...leaderboards.routes,
    ...souvenirs.routes,
    ...notifications.routes,
    ...gloves.routes,
    ...sessions.routes,
    ...progress.routes,
    ...createOutagesModule().routes,
  ];
  const topics = [
    ...devices.topics,
    ...rigs.topics,
    ...queue.topics,
    ...notifications.topics,
    ...gloves.topics,
  ];
  const schedules = [...auth.schedules, ...devices.schedules, ...souvenirs.schedules, ...sessions.schedules];
  return {
    site,
    auth,
    devices,
    attractions,
    rigs,
    messaging,
    replies,
    queue,
    souvenirs,
    notifications,
    gloves,
    sessions,
    workers,
    progress,
    routes,
    topics,
    schedules,
  };
}
export type Modules = ReturnType<typeof createModules>;
