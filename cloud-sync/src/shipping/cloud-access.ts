import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Logger } from 'pino';
import { type ConnectionSettings, connect, type PostgresConnection } from '../postgres/connection.ts';
import { asFailure } from '../postgres/failure.ts';
import { admitSite, migrateCloud } from '../schema/migrate-cloud.ts';

/** The way into the cloud, as this site and nobody else. */
export interface CloudAccess {
  /** False: no cloud is configured, and there is nothing to connect to. */
  readonly configured: boolean;
  /** A new connection under `name`. Rejects with a `PostgresFailure`. */
  connect(name: string, settings?: Omit<ConnectionSettings, 'name' | 'clock'>): Promise<PostgresConnection>;
}

export interface CloudAccessOptions {
  readonly profile: 'labs' | 'venue' | 'cloud';
  readonly site: string;
  /** In labs the owner's address: the schema is made there, and a login for the site. Elsewhere the site's own. */
  readonly url: string | undefined;
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createCloudAccess(options: CloudAccessOptions): CloudAccess {
  const { profile, site, url, clock, logger } = options;
  const keys = join(options.dataDirectory, 'keys');
  const file = join(keys, 'cloud-url');
  let login: Promise<string> | undefined;

  /** In labs everything is set up by whoever needs it first. */
  function siteUrl(owner: string): Promise<string> {
    if (profile !== 'labs') return Promise.resolve(owner);
    login ??= prepared(owner).catch((error: unknown) => {
      login = undefined;
      throw asFailure(error);
    });
    return login;
  }

  async function prepared(owner: string): Promise<string> {
    const { applied } = await migrateCloud(owner);
    if (applied.length > 0)
      logger.info({ steps: applied.length }, 'the schema of the cloud was brought up to date');
    const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
    return kept !== undefined && sameDatabase(kept, owner) ? kept : admitted(owner);
  }

  async function admitted(owner: string): Promise<string> {
    const { url: own } = await admitSite(owner, site);
    mkdirSync(keys, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${own}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
    return own;
  }

  return {
    configured: url !== undefined,
    async connect(name, settings = {}) {
      if (url === undefined) throw new Error('no cloud is configured');
      const own = await siteUrl(url);
      try {
        return await connect(own, { ...settings, name, clock });
      } catch (error) {
        const failure = asFailure(error);
        // In labs the cloud may have been made anew: whoever is next asks for a new login, unless somebody has.
        if (failure.kind === 'refused' && profile === 'labs' && own === (await login?.catch(() => own))) {
          login = undefined;
          rmSync(file, { force: true });
        }
        throw failure;
      }
    },
  };
}

function sameDatabase(one: string, other: string): boolean {
  if (!URL.canParse(one)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.host === b.host && a.pathname === b.pathname;
}
