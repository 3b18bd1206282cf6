import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { type Migration, readMigrations } from '@dugout/appliance/platform/database/migrations.ts';
import type { Logger } from 'pino';
import type { DaemonConfig } from './config.ts';
import type { SiteReplica } from './ranges/site-replica.ts';
import { createCloudAccess } from './shipping/cloud-access.ts';

/** The site that this machine is set up for, as the verbs need it: its data directory and the way to its replica. */
export interface SiteHere extends SiteReplica {
  readonly config: DaemonConfig;
  /** All steps of the schema that this release knows. */
  readonly migrations: readonly Migration[];
}

export function composeSite(config: DaemonConfig, logger: Logger): SiteHere {
  const { dataDirectory, site } = config;
  const { profile, url } = wayToTheCloud(config);
  return {
    config,
    site: site.id,
    dataDirectory,
    cloud: createCloudAccess({ profile, site: site.id, url, dataDirectory, clock: systemClock, logger }),
    clock: systemClock,
    logger,
    migrations: readMigrations(new URL('../../appliance/migrations', import.meta.url).pathname),
  };
}

/** In labs nobody configures a cloud: `npm start` brings one, and the daemon keeps its login there. */
function wayToTheCloud({ profile, cloudUrl, dataDirectory }: DaemonConfig) {
  const kept = join(dataDirectory, 'keys', 'cloud-url');
  return cloudUrl === undefined && profile === 'labs' && existsSync(kept)
    ? ({ profile: 'venue', url: readFileSync(kept, 'utf8').trim() } as const)
    : { profile, url: cloudUrl };
}
