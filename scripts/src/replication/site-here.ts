import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { composeSite, type SiteHere } from '../../../cloud-sync/src/compose-site.ts';
import { loadDaemonConfig } from '../../../cloud-sync/src/config.ts';
import { runningEmbeddedPostgres } from '../../../cloud-sync/src/postgres/embedded.ts';
import { labsCloudDirectory, withLabsCloud } from '../../../cloud-sync/src/postgres/labs-cloud.ts';

/**
 * Runs `work` on the site of this environment. In labs nobody configures a cloud: it is the one of `npm start`. Throws
 * `BadConfiguration`. What a verb answers goes to stdout, the log to stderr.
 */
export async function atSite<Result>(
  work: (here: SiteHere) => Promise<Result>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Result> {
  const config = loadDaemonConfig(environment);
  const logger = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  if (config.cloudUrl !== undefined || config.profile !== 'labs') return work(composeSite(config, logger));
  const login = await loginOfDaemon(config.dataDirectory);
  if (login !== undefined) return work(composeSite(config, logger, login));
  return withLabsCloud(config.dataDirectory, (cloudUrl) =>
    work(composeSite({ ...config, cloudUrl }, logger)),
  );
}

/** What the daemon of `npm start` signs in with, by the way it takes, which the demonstration cuts now and then. */
async function loginOfDaemon(dataDirectory: string): Promise<string | undefined> {
  const kept = join(dataDirectory, 'keys', 'cloud-url');
  if (!existsSync(kept)) return undefined;
  const running = await runningEmbeddedPostgres(labsCloudDirectory(dataDirectory));
  return running === null ? undefined : readFileSync(kept, 'utf8').trim();
}
