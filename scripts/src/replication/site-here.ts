import { pino } from 'pino';
import { composeSite, type SiteHere } from '../../../cloud-sync/src/compose-site.ts';
import { loadDaemonConfig } from '../../../cloud-sync/src/config.ts';

/** The site of this environment. Throws `BadConfiguration`. What a verb answers goes to stdout, the log to stderr. */
export function siteHere(environment: NodeJS.ProcessEnv = process.env): SiteHere {
  const config = loadDaemonConfig(environment);
  return composeSite(
    config,
    pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true })),
  );
}
