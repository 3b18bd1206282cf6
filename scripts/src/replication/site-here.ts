import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { systemClock } from '../../../appliance/src/platform/clock.ts';
import { type DaemonConfig, loadDaemonConfig } from '../../../cloud-sync/src/config.ts';
import type { SiteReplica } from '../../../cloud-sync/src/ranges/site-replica.ts';
import { createCloudAccess } from '../../../cloud-sync/src/shipping/cloud-access.ts';

/** The site that this machine is set up for, its data directory, and the way to its replica. */
export interface SiteHere extends SiteReplica {
  readonly config: DaemonConfig;
}

export function siteHere(environment: NodeJS.ProcessEnv = process.env): SiteHere {
  const config = loadDaemonConfig(environment);
  const { dataDirectory, site } = config;
  // What a verb answers goes to stdout; this beside it.
  const logger: Logger = pino(
    { level: config.logLevel, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  const { profile, url } = wayToTheCloud(config);
  return {
    config,
    site: site.id,
    dataDirectory,
    cloud: createCloudAccess({ profile, site: site.id, url, dataDirectory, clock: systemClock, logger }),
    clock: systemClock,
    logger,
  };
}

/** In labs nobody configures a cloud: `npm start` brings one, and the daemon keeps its login there. */
function wayToTheCloud({ profile, cloudUrl, dataDirectory }: DaemonConfig) {
  const kept = join(dataDirectory, 'keys', 'cloud-url');
  return cloudUrl === undefined && profile === 'labs' && existsSync(kept)
    ? ({ profile: 'venue', url: readFileSync(kept, 'utf8').trim() } as const)
    : { profile, url: cloudUrl };
}
