import { join } from 'node:path';
import { healthRoutes } from '@dugout/appliance/modules';
import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import { createHealth, NotReady } from '@dugout/appliance/platform/health/health.ts';
import { createHttpMetrics } from '@dugout/appliance/platform/http/http-metrics.ts';
import { createHttpServer } from '@dugout/appliance/platform/http/http-server.ts';
import { createLiveFeed } from '@dugout/appliance/platform/http/live-feed.ts';
import { serveScreens } from '@dugout/appliance/platform/http/screens.ts';
import { createIds } from '@dugout/appliance/platform/ids.ts';
import { createLifecycle, type Part } from '@dugout/appliance/platform/lifecycle/lifecycle.ts';
import { createGauge, createMetrics } from '@dugout/appliance/platform/metrics.ts';
import type { Logger } from 'pino';
import type { AskCloud } from './media/ask-cloud.ts';
import { openCloudMedia } from './media/open-cloud-media.ts';
import { siteMedia } from './media/site-media.ts';
import { connect as connectPostgres, type Value } from './postgres/connection.ts';
import { createCommandsDesk } from './replica/commands-desk.ts';
import { createConnections } from './replica/connections.ts';
import { forgetWhatIsOver } from './replica/forgetting.ts';
import { createFrontDoor } from './replica/front-door.ts';
import { createLobby } from './replica/lobby.ts';
import type { ReplicaConfig } from './replica/replica-config.ts';
import { createResults } from './replica/results.ts';
import { anySitesRoutes, createSiteServer, type SiteServerDeps } from './replica/site-server.ts';
import { createSiteTransactions } from './replica/site-transactions.ts';
import { createSiteWatch } from './replica/site-watch.ts';
import { createSites } from './replica/sites.ts';
import { watermarksStore } from './replica/watermarks-store.ts';

const root = join(import.meta.dirname, '..', '..');

/** Pictures are fetched within requests that hold a connection already: they have their own. */
const connectionsForPictures = 4;

/** What a test replaces: the outside world, and nothing else. */
export interface Outside {
  readonly clock?: Clock;
  readonly connect?: typeof connectPostgres;
  /** Every answer is held against its schema. */
  readonly checkReplies?: boolean;
}

/** The replica, put together. Nothing has happened yet. */
export function composeReplica(config: ReplicaConfig, logger: Logger, outside: Outside = {}) {
  const clock = outside.clock ?? systemClock;
  const connect = outside.connect ?? connectPostgres;
  const url = config.cloudUrl;
  const checkReplies = outside.checkReplies ?? false;
  const tls = config.publicUrl?.startsWith('https:') ?? false;
  const metrics = createMetrics();
  const httpMetrics = createHttpMetrics(metrics);
  const ids = createIds(clock);
  const ports = { http: config.http.port };
  const pageUrl = (code: string) => `${config.publicUrl ?? `http://localhost:${ports.http}`}/s/${code}`;

  const connections = createConnections({ url, clock, connect });
  const forPictures = createConnections({ url, clock, connect, size: connectionsForPictures });
  const transactions = createSiteTransactions(connections);
  const pictureTransactions = createSiteTransactions(forPictures);
  const ask: AskCloud = <Row>(site: string, text: string, parameters: readonly unknown[] = []) =>
    pictureTransactions.write(
      site,
      async (connection) => (await connection.query<Row>(text, [site, ...(parameters as Value[])])).rows,
    );
  const media = openCloudMedia(ask, config.mediaUrl, clock);
  createGauge(metrics, {
    name: 'dugout_replica_connections_in_use',
    help: 'Connections to the cloud’s database that somebody uses',
    value: connections.inUse,
  });

  const health = createHealth(clock);
  health.add({
    name: 'postgres',
    async check() {
      await connections
        .use('', (connection) => watermarksStore.all(connection))
        .catch(() => {
          throw new NotReady('the cloud’s database cannot be reached, or is not set up');
        });
    },
  });

  const results = createResults({ url, connect, clock, logger });
  const commands = createCommandsDesk({ transactions, results, clock, ids, waitMs: config.commandWaitMs });
  const ground: SiteServerDeps = {
    clock,
    ids,
    logger,
    health,
    metrics,
    dataDirectory: config.dataDirectory,
    pageUrl,
    transactions,
    commands,
    httpMetrics,
    secretKey: config.secretKey,
    tls,
    checkReplies,
    mediaOf: (site) => siteMedia(media, site),
  };
  const sites = createSites({
    connections,
    transactions,
    clock,
    serverOf: (site, live) => createSiteServer(site, { ...ground, live }),
  });
  const watch = createSiteWatch({ sites, results, clock });
  const forgetting = forgetWhatIsOver({ sites, transactions, clock, logger });

  const lobby = createLobby({
    clock,
    ids,
    logger,
    metrics: httpMetrics,
    checkReplies,
    fallback: serveScreens(join(root, 'kiosk-ui', 'dist')),
    sites,
    transactions,
    health: healthRoutes({ health, metrics }),
    siteRoutes: anySitesRoutes({ ...ground, live: createLiveFeed(clock) }),
  });
  const frontDoor = createFrontDoor({ lobby, sites, connections });
  const http = createHttpServer({ callback: () => frontDoor }, clock);

  const parts: Part[] = [
    {
      name: 'connections',
      async stop() {
        await Promise.all([connections.close(1_000), forPictures.close(1_000)]);
      },
    },
    { name: 'results', start: results.start, stop: results.stop },
    { name: 'forgetting', start: forgetting.start, stop: forgetting.stop },
    {
      name: 'http',
      async start() {
        ports.http = await http.listen(config.http.port, config.http.host);
      },
      stop: () => http.close(3_000),
    },
    { name: 'live', start: sites.start, stop: sites.stop },
    { name: 'watch', start: watch.start, stop: watch.stop },
  ];
  return {
    lifecycle: createLifecycle(parts, logger, clock),
    /** Where it listens, once it has started. */
    ports,
    metrics,
  };
}
export type Replica = ReturnType<typeof composeReplica>;
