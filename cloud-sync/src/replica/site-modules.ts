import { join } from 'node:path';
import type { Config } from '@dugout/appliance/config';
import { createModules, createOperationsModule } from '@dugout/appliance/modules';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { createEvents } from '@dugout/appliance/platform/events/events.ts';
import type { Health } from '@dugout/appliance/platform/health/health.ts';
import type { LiveFeed } from '@dugout/appliance/platform/http/live-feed.ts';
import { liveRoute } from '@dugout/appliance/platform/http/live-route.ts';
import type { Route } from '@dugout/appliance/platform/http/route.ts';
import type { Ids } from '@dugout/appliance/platform/ids.ts';
import type { MediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import { createJobs } from '@dugout/appliance/platform/jobs/jobs.ts';
import { createSideRegistry } from '@dugout/appliance/platform/metrics.ts';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { refusingDatabase } from './refusing-database.ts';
import type { SiteSettings } from './watermarks-store.ts';

export interface SiteGround {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly health: Health;
  /** The process's own. */
  readonly metrics: Registry;
  readonly dataDirectory: string;
  pageUrl(code: string): string;
}

/** A site whose own row has not come yet is read by the days of UTC. */
const unlessKnown = { timezone: 'UTC', day_starts_at: 4 };

/** The appliance's own routes for one site: its modules on a database that refuses, and on readers of the requests. */
export function siteRoutes(
  site: { readonly id: string; readonly name: string; readonly settings: SiteSettings | undefined },
  ground: SiteGround & { readonly media: MediaStore; readonly live: LiveFeed },
): readonly Route[] {
  const { clock, ids, logger, live } = ground;
  const settings = { name: site.name, ...unlessKnown, ...site.settings };
  const aside = createSideRegistry();
  const jobs = createJobs({ database: refusingDatabase, clock, ids, logger, metrics: aside });
  const config: Config = {
    profile: 'cloud',
    dataDirectory: ground.dataDirectory,
    http: { host: '', port: 0 },
    mqtt: { port: 0, url: undefined },
    gloves: { places: [], tcpPort: undefined, ingest: 'appliance' },
    site: { id: site.id, name: settings.name || site.name },
    secretKey: '',
    bootstrapPassword: undefined,
    publicUrl: undefined,
    country: 'US',
    timezone: settings.timezone,
    dayStartsAt: settings.day_starts_at,
    logLevel: 'info',
    // Texts leave at the venue.
    texts: { carriers: [], quietHours: null, holdCalls: false, closeAt: 0 },
  };
  const modules = createModules(config, {
    ...ground,
    metrics: aside,
    database: refusingDatabase,
    events: createEvents((event, error) => logger.error({ err: error, event }, 'a listener failed')),
    jobs,
    fontsDirectory: join(ground.dataDirectory, 'fonts'),
    // Pictures come from the venue, after their rows.
    onItsWay: async () => {},
  });
  const operations = createOperationsModule({ jobs, live, health: ground.health, metrics: ground.metrics });
  return [...modules.routes, ...operations.routes, liveRoute(live)];
}
