import { join } from 'node:path';
import type { Logger } from 'pino';
import { contractSchemas } from '../contract/schemas.ts';
import type { Config } from './config.ts';
import { createLanAddress } from './lan-address.ts';
import type { Carrier } from './modules/messaging/index.ts';
import { createOperationsModule } from './modules/operations/index.ts';
import { createReplicationModule } from './modules/replication/index.ts';
import { createModules } from './modules.ts';
import { outsideBroker } from './outside-broker.ts';
import { applianceIdIn } from './platform/change-log/appliance-id.ts';
import { createCapture } from './platform/change-log/capture.ts';
import { createChangeLog } from './platform/change-log/change-log.ts';
import { type LookAtRoom, roomOn } from './platform/change-log/disk-room.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { openDatabase } from './platform/database/database.ts';
import { readMigrations } from './platform/database/migrations.ts';
import { createEvents } from './platform/events/events.ts';
import { brokerCheck } from './platform/health/broker-check.ts';
import { createDiskCheck } from './platform/health/disk-space.ts';
import { createHealth } from './platform/health/health.ts';
import { beatMs, createPulse } from './platform/health/pulse.ts';
import { documentationRoutes } from './platform/http/docs-page-routes.ts';
import { createHttpApp } from './platform/http/http-app.ts';
import { createHttpMetrics } from './platform/http/http-metrics.ts';
import { createHttpServer } from './platform/http/http-server.ts';
import { createIdempotency } from './platform/http/idempotency.ts';
import { forgetOldReplies } from './platform/http/idempotency-schedule.ts';
import { createLiveFeed } from './platform/http/live-feed.ts';
import { liveRoute } from './platform/http/live-route.ts';
import type { Route } from './platform/http/route.ts';
import { serveScreens } from './platform/http/screens.ts';
import { createServiceSignIn } from './platform/http/service-token.ts';
import { createServing } from './platform/http/serving.ts';
import { createIds } from './platform/ids.ts';
import { createMediaStore } from './platform/images/media-store.ts';
import { createJobs } from './platform/jobs/jobs.ts';
import { createLifecycle, type Part } from './platform/lifecycle/lifecycle.ts';
import { createMetrics } from './platform/metrics.ts';
import { createBroker } from './platform/mqtt/broker.ts';
import { createExternalBus } from './platform/mqtt/external-bus.ts';
import { embeddedTransport } from './platform/mqtt/transport.ts';
import { releaseVersion } from './platform/release.ts';
import { createClockWatch } from './platform/scheduling/clock-watch.ts';
import { createSchedules } from './platform/scheduling/schedules.ts';
import { createSealer } from './platform/sealer.ts';
import { allTables } from './tables.ts';

const root = join(import.meta.dirname, '..');

/** What a test replaces: the outside world, and nothing else. */
export interface Outside {
  clock?: Clock;
  /** In place of those that the configuration names. */
  carriers?: readonly Carrier[];
  /** What room the disk has for the change log. */
  room?: LookAtRoom;
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
  const events = createEvents((event, error) => logger.error({ err: error, event }, 'a listener failed'));
  const live = createLiveFeed(clock);
  let bootstrapPassword: string | null = null;
  const lanAddress = createLanAddress(clock);
  const pageUrl = (code: string) => `${config.publicUrl ?? `http://${lanAddress()}:${ports.http}`}/s/${code}`;
  const applianceId = applianceIdIn(config.dataDirectory);
  const capture = createCapture({ tables: allTables, applianceId, clock });
  const database = openDatabase({
    directory: config.dataDirectory,
    migrations: readMigrations(join(root, 'migrations')),
    clock,
    capture,
    grouping: outside.grouping ?? true,
    onTaskFailure: (error) => logger.error({ err: error }, 'what should follow a write failed'),
  });
  const changeLog = createChangeLog({
    database,
    capture,
    clock,
    logger,
    metrics,
    dataDirectory: config.dataDirectory,
    applianceId,
    room: outside.room ?? roomOn(config.dataDirectory),
  });
  const jobs = createJobs({ database, clock, ids, logger, metrics });

  const modules = createModules(config, {
    database,
    clock,
    ids,
    events,
    jobs,
    live,
    logger,
    metrics,
    pageUrl,
    media: createMediaStore(join(config.dataDirectory, 'media'), clock),
    fontsDirectory: outside.fontsDirectory ?? join(config.dataDirectory, 'fonts'),
    ...(outside.carriers === undefined ? {} : { carriers: outside.carriers }),
  });
  const {
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
    progress,
    workers,
    topics,
  } = modules;

  const health = createHealth(clock);
  const operations = createOperationsModule({ jobs, live, health, metrics });

  const replication = createReplicationModule({
    database,
    clock,
    ids,
    live,
    metrics,
    auth,
    site: config.site,
    timezone: config.timezone,
    routes: () => routes,
  });

  const routes: Route[] = [
    ...modules.routes,
    ...operations.routes,
    ...replication.routes,
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
  const serviceSignIn = createServiceSignIn(config.dataDirectory, auth.authenticate);
  const app = createHttpApp({
    routes,
    serve: createServing({ database, idempotency }),
    authenticate: serviceSignIn.authenticate,
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
  gloves.connect(mqtt);
  const broadcast = queue.connect(mqtt);

  const pulse = createPulse(database, clock);
  const clockWatch = createClockWatch(clock, logger);
  health.add(pulse);
  health.add(clockWatch);
  health.add(createDiskCheck(config.dataDirectory, metrics));
  health.add(brokerCheck(mqtt));
  health.add(sessions.health);
  const schedules = createSchedules({ database, clock, logger, metrics, timezone: config.timezone });
  schedules.add(forgetOldReplies(idempotency, database, clock));
  for (const schedule of [...modules.schedules, ...replication.schedules]) schedules.add(schedule);

  const ports = {
    http: config.http.port,
    mqtt: config.mqtt.port,
    /** Where gloves call in; null for nowhere. */
    gloves: null as number | null,
  };
  const parts: Part[] = [
    { name: 'database', start: database.checkpointInBackground, stop: database.close },
    { name: 'change log', start: changeLog.start, stop: changeLog.stop },
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
    { name: 'replication', start: serviceSignIn.start, stop: replication.stop },
    { name: 'devices', start: devices.start, stop: devices.stop },
    { name: 'rigs', start: rigs.start },
    { name: 'attractions', start: attractions.start },
    { name: 'souvenirs', start: souvenirs.start, stop: souvenirs.stop },
    { name: 'sessions', start: sessions.start, stop: sessions.stop },
    { name: 'progress', start: progress.start },
    { name: 'workers', stop: workers.stop },
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
      name: 'gloves',
      async start() {
        await gloves.start();
        ports.gloves = gloves.tcpPort();
      },
      stop: gloves.stop,
    },
    {
      name: 'http',
      async start() {
        ports.http = await http.listen(config.http.port, config.http.host);
      },
      stop: () => http.close(3_000),
    },
    { name: 'live', start: live.start, stop: live.stop },
    { name: 'notifications', start: () => notifications.start(mqtt), stop: notifications.stop },
  ];
  return {
    lifecycle: createLifecycle(parts, logger, clock),
    /** Where it listens, once it has started. */
    ports,
    /** Set on the first start, when the password of the automatic users was made here. */
    bootstrapPassword: () => bootstrapPassword,
    routes,
    topics,
    notifications,
    database,
    metrics,
  };
}
export type Appliance = ReturnType<typeof compose>;
