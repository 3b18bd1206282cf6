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

/** `login`: the site's own address in the cloud, where it is known and the configuration names none or the owner's. */
export function composeSite(config: DaemonConfig, logger: Logger, login?: string): SiteHere {
  const { dataDirectory, site, cloudUrl } = config;
  // An owner's address is what labs set the cloud up with; a login is used as it is.
  const profile = login === undefined ? config.profile : 'venue';
  const url = login ?? cloudUrl;
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
