import { join } from 'node:path';
import type { Logger } from 'pino';
import { contractSchemas } from '../contract/schemas.ts';
import type { Config } from './config.ts';
import { createLanAddress } from './lan-address.ts';
import { attractionTables, createAttractionsModule } from './modules/attractions/index.ts';
import { authTables, createAuthModule } from './modules/auth/index.ts';
import { createDevicesModule, deviceTables } from './modules/devices/index.ts';
import { createGamesModule, gameTables } from './modules/games/index.ts';
import { createLeaderboardsModule, leaderboardTables } from './modules/leaderboards/index.ts';
import {
  type Carrier,
  countPending,
  createCarriers,
  createMessagingModule,
  createQuietHours,
  messagingTables,
} from './modules/messaging/index.ts';
import { createOperationsModule } from './modules/operations/index.ts';
import { createPlayersModule, playerTables } from './modules/players/index.ts';
import { createQueueModule } from './modules/queue/index.ts';
import { createRecallModule } from './modules/recall/index.ts';
import { countOpenReplies, createRepliesModule, replyTables } from './modules/replies/index.ts';
import { createRigsModule, rigTables } from './modules/rigs/index.ts';
import { createSiteModule, siteTables } from './modules/site/index.ts';
import { createSouvenirsModule, souvenirTables } from './modules/souvenirs/index.ts';
import { outsideBroker } from './outside-broker.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { openDatabase } from './platform/database/database.ts';
import { readMigrations, schemaMigrations } from './platform/database/migrations.ts';
import { createEvents } from './platform/events/events.ts';
import { brokerCheck } from './platform/health/broker-check.ts';
import { createDiskCheck } from './platform/health/disk-space.ts';
import { createHealth } from './platform/health/health.ts';
import { beatMs, createPulse } from './platform/health/pulse.ts';
import { pulse as pulseTable } from './platform/health/pulse-tables.ts';
import { documentationRoutes } from './platform/http/docs-page-routes.ts';
import { createHttpApp } from './platform/http/http-app.ts';
import { createHttpMetrics } from './platform/http/http-metrics.ts';
import { createHttpServer } from './platform/http/http-server.ts';
import { createIdempotency, idempotencyReplies } from './platform/http/idempotency.ts';
import { forgetOldReplies } from './platform/http/idempotency-schedule.ts';
import { createLiveFeed } from './platform/http/live-feed.ts';
import { liveRoute } from './platform/http/live-route.ts';
import type { Route } from './platform/http/route.ts';
import { serveScreens } from './platform/http/screens.ts';
import { createIds } from './platform/ids.ts';
import { createMediaStore } from './platform/images/media-store.ts';
import { createPicturePress } from './platform/images/picture-press.ts';
import { createJobs } from './platform/jobs/jobs.ts';
import { countDeadJobs } from './platform/jobs/jobs-store.ts';
import { jobsTables } from './platform/jobs/jobs-tables.ts';
import { createLifecycle, type Part } from './platform/lifecycle/lifecycle.ts';
import { createMetrics } from './platform/metrics.ts';
import { createBroker } from './platform/mqtt/broker.ts';
import { createExternalBus } from './platform/mqtt/external-bus.ts';
import { embeddedTransport } from './platform/mqtt/transport.ts';
import { releaseVersion } from './platform/release.ts';
import { createClockWatch } from './platform/scheduling/clock-watch.ts';
import { createSchedules } from './platform/scheduling/schedules.ts';
import { schedules as scheduleRuns } from './platform/scheduling/schedules-tables.ts';
import { createSealer } from './platform/sealer.ts';
import { createVenueTime } from './platform/venue-time.ts';

const root = join(import.meta.dirname, '..');

/** Every table of the appliance: what is replicated, and what is whose. */
export const allTables = [
  schemaMigrations,
  idempotencyReplies,
  ...jobsTables,
  scheduleRuns,
  pulseTable,
  ...siteTables,
  ...authTables,
  ...deviceTables,
  ...playerTables,
  ...attractionTables,
  ...gameTables,
  ...rigTables,
  ...messagingTables,
  ...replyTables,
  ...souvenirTables,
  ...leaderboardTables,
];

/** What a test replaces: the outside world, and nothing else. */
export interface Outside {
  clock?: Clock;
  /** In place of those that the configuration names. */
  carriers?: readonly Carrier[];
  /** Every answer is held against its schema. */
  checkReplies?: boolean;
  /** Group commit; off only in the benchmark that compares. */
  grouping?: boolean;
  /** Where fonts are unpacked, once for all appliances of a process: tests outlive their directories. */
  fontsDirectory?: string;
}

/** The appliance, put together. The database is open; nothing else has happened yet. */
export function compose(config: Config, logger: Logger, outside: Outside = {}) {
  const clock = outside.clock ?? systemClock;
  const metrics = createMetrics();
  const ids = createIds(clock);
  const venueTime = createVenueTime(config.timezone, config.dayStartsAt);
  const events = createEvents((event, error) => logger.error({ err: error, event }, 'a listener failed'));
  const live = createLiveFeed(clock);
  let bootstrapPassword: string | null = null;
  const lanAddress = createLanAddress(clock);
  const pageUrl = (code: string) => `${config.publicUrl ?? `http://${lanAddress()}:${ports.http}`}/s/${code}`;
  const database = openDatabase({
    directory: config.dataDirectory,
    migrations: readMigrations(join(root, 'migrations')),
    clock,
    grouping: outside.grouping ?? true,
    onTaskFailure: (error) => logger.error({ err: error }, 'what should follow a write failed'),
  });
  const jobs = createJobs({ database, clock, ids, logger, metrics });

  const base = { database, clock, ids, events, jobs, live, venueTime, pageUrl };
  const site = createSiteModule({ ...base, id: config.site.id, profile: config.profile });
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
    carriers: outside.carriers ?? carriers,
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
  const souvenirs = createSouvenirsModule({
    ...base,
    games,
    players,
    attractions,
    messaging,
    replies,
    floor: queue.floor,
    siteName: config.site.name,
    media: createMediaStore(join(config.dataDirectory, 'media'), clock),
    press: createPicturePress(),
    fontsDirectory: outside.fontsDirectory ?? join(config.dataDirectory, 'fonts'),
    logger,
  });

  const health = createHealth(clock);
  const operations = createOperationsModule({ ...base, health, metrics });

  const topics = [...devices.topics, ...rigs.topics, ...queue.topics];
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
    ...operations.routes,
    liveRoute(live),
    ...documentationRoutes({
      routes: () => routes,
      topics,
      site: config.site.id,
      version: releaseVersion(),
      broker: outsideBroker(config),
      schemas: contractSchemas,
    }),
  ];
  const idempotency = createIdempotency(createSealer(config.secretKey, 'idempotency'));
  const app = createHttpApp({
    routes,
    database,
    idempotency,
    authenticate: auth.authenticate,
    clock,
    ids,
    logger,
    metrics: createHttpMetrics(metrics),
    fallback: serveScreens(join(root, '..', 'kiosk-ui', 'dist')),
    tls: false,
    checkReplies: outside.checkReplies ?? false,
  });
  const http = createHttpServer(app, clock);
  const mqttParts = { site: config.site.id, topics, clock, logger, metrics, onRefusal: devices.refused };
  const mqtt =
    config.mqtt.url === undefined
      ? embeddedTransport(
          createBroker({
            ...mqttParts,
            authenticate: ({ username, password, address }) =>
              auth.verifyConnection(username, password.toString(), address),
            persistentRoles: ['rig'],
            onGone: devices.disconnected,
          }),
          { port: config.mqtt.port, host: config.http.host, server: http.server },
        )
      : createExternalBus({
          ...mqttParts,
          url: config.mqtt.url,
          identify(name, role) {
            const user = auth.userByName(database.now, name);
            return user?.role === role && user.disabled_at === null ? { name, role, userId: user.id } : null;
          },
        });
  devices.connect(mqtt);
  const broadcast = queue.connect(mqtt);

  const pulse = createPulse(database, clock);
  const clockWatch = createClockWatch(clock, logger);
  health.add(pulse);
  health.add(clockWatch);
  health.add(createDiskCheck(config.dataDirectory, metrics));
  health.add(brokerCheck(mqtt));
  const schedules = createSchedules({ database, clock, logger, metrics, timezone: config.timezone });
  schedules.add(forgetOldReplies(idempotency, database, clock));
  for (const schedule of [...auth.schedules, ...devices.schedules, ...souvenirs.schedules])
    schedules.add(schedule);

  const ports = { http: config.http.port, mqtt: config.mqtt.port };
  const parts: Part[] = [
    { name: 'database', start: database.checkpointInBackground, stop: database.close },
    { name: 'site', start: site.start },
    {
      name: 'clock watch',
      start() {
        const lastSeen = pulse.lastSeen();
        ids.notBefore((lastSeen ?? 0) + beatMs);
        clockWatch.start(lastSeen);
      },
      stop: clockWatch.stop,
    },
    { name: 'pulse', start: pulse.start, stop: pulse.stop },
    {
      name: 'users',
      async start() {
        bootstrapPassword = await auth.start();
      },
    },
    { name: 'devices', start: devices.start, stop: devices.stop },
    { name: 'rigs', start: rigs.start },
    { name: 'attractions', start: attractions.start },
    { name: 'souvenirs', start: souvenirs.start, stop: souvenirs.stop },
    { name: 'jobs', start: jobs.start, stop: () => jobs.stop() },
    { name: 'messaging', start: () => messaging.start(replies.incoming), stop: messaging.stop },
    { name: 'schedules', start: schedules.start, stop: () => schedules.stop() },
    {
      name: 'broker',
      async start() {
        ports.mqtt = (await mqtt.start(broadcast.restore)) ?? ports.mqtt;
      },
      async stop() {
        broadcast.stop();
        await mqtt.stop();
      },
    },
    {
      name: 'http',
      async start() {
        ports.http = await http.listen(config.http.port, config.http.host);
      },
      stop: () => http.close(3_000),
    },
    { name: 'live', start: live.start, stop: live.stop },
  ];
  return {
    lifecycle: createLifecycle(parts, logger, clock),
    /** Where it listens, once it has started. */
    ports,
    /** Set on the first start, when the password of the automatic users was made here. */
    bootstrapPassword: () => bootstrapPassword,
    routes,
    topics,
    database,
    metrics,
  };
}
export type Appliance = ReturnType<typeof compose>;
