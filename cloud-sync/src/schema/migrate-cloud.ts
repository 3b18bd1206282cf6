import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTransaction, type PostgresConnection, withConnection } from '../postgres/connection.ts';
import { asFailure } from '../postgres/failure.ts';
import { bringTables } from './bring-tables.ts';
import { type Release, thisRelease } from './release.ts';

/**
 * Of the texts that are run anew when they change (functions, views, rights). A release raises it when it changes one
 * of them, so that an older one, migrating later, leaves them alone.
 */
const edition = 1;

export interface CloudMigration {
  /** What was done, a phrase each; nothing when the cloud was up to date. */
  readonly applied: readonly string[];
  /** False when the credential may not create roles: then there is only the owner, and no site can be admitted. */
  readonly roles: boolean;
}

const patience = { statementTimeoutMs: 600_000, lockTimeoutMs: 60_000, idleInTransactionTimeoutMs: 600_000 };
const oldestPostgres = 150_000;
const tries = 5;
const files = (name: string) => new URL(name, import.meta.url).pathname;

/**
 * Brings the cloud's schema up to what this release knows, in one transaction, and takes nothing away: what an older
 * or a newer release made is left as it is. Sites may go on shipping meanwhile; they wait for its end.
 * `url` is the owner's.
 */
export function migrateCloud(url: string, release: Release = thisRelease()): Promise<CloudMigration> {
  return withConnection(url, { name: 'dugout migrate-cloud', ...patience }, async (connection) => {
    await checkVersion(connection);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(connection, () => migrateHeld(connection, release));
      } catch (error) {
        // A reader of several tables may have been in the way (deadlock_detected): it is over now.
        if (asFailure(error).code !== '40P01' || attempt === tries) throw error;
      }
    }
  });
}

async function checkVersion(connection: PostgresConnection): Promise<void> {
  const { rows } = await connection.query<{ number: number; text: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text",
  );
  if (rows[0] !== undefined && rows[0].number < oldestPostgres) {
    throw new Error(`this is Postgres ${rows[0].text}; the replica needs 15 or newer`);
  }
}

async function migrateHeld(connection: PostgresConnection, release: Release): Promise<CloudMigration> {
  await connection.query('SELECT pg_advisory_xact_lock(7236837, 1)');
  const applied: string[] = [];
  const done = await doneBefore(connection);
  for (const name of readdirSync(files('steps/')).sort()) {
    if (done.has(name)) continue;
    const sql = readFileSync(join(files('steps/'), name), 'utf8');
    await connection.query(sql);
    await record(connection, name, sql);
    applied.push(name.replace(/\.sql$/u, ''));
  }
  const changes = await bringTables(connection, release);
  applied.push(...changes);

  const isNewest = Math.max(0, ...[...done.keys()].map(editionOf)) <= edition;
  const roles = await hasRoles(connection);
  if (isNewest) applied.push(...(await runRepeatables(connection, done, roles, changes.length > 0)));
  return { applied, roles };
}

/** `schemaChanged`: rights are given table by table, and anew when there is anything new. */
async function runRepeatables(
  connection: PostgresConnection,
  done: ReadonlyMap<string, string>,
  roles: boolean,
  schemaChanged: boolean,
): Promise<string[]> {
  const applied: string[] = [];
  const names = ['functions'];
  if (await knowsTable(connection, 'command_inbox')) names.push('command-state');
  if (roles) names.push('roles');
  for (const name of names) {
    const sql = readFileSync(files(`${name}.sql`), 'utf8');
    const repeatable = `${name} (edition ${edition})`;
    const isCurrent = done.get(repeatable) === checksumOf(sql);
    const isDue = name === 'roles' && (schemaChanged || applied.length > 0);
    if (isCurrent && !isDue) continue;
    await connection.query(sql);
    await record(connection, repeatable, sql);
    if (!isCurrent) applied.push(name);
  }
  return applied;
}

const editionOf = (name: string) => Number(/ \(edition (\d+)\)$/u.exec(name)?.[1] ?? 0);
const checksumOf = (sql: string) => createHash('sha256').update(sql).digest('hex');

async function doneBefore(connection: PostgresConnection): Promise<Map<string, string>> {
  const { rows: made } = await connection.query("SELECT 1 WHERE to_regclass('sync.migration') IS NOT NULL");
  if (made.length === 0) return new Map();
  const { rows } = await connection.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM sync.migration',
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

const record = (connection: PostgresConnection, name: string, sql: string) =>
  connection.query(
    `INSERT INTO sync.migration (name, checksum, applied_at)
     VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
     ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = excluded.applied_at`,
    [name, checksumOf(sql)],
  );

async function knowsTable(connection: PostgresConnection, name: string): Promise<boolean> {
  const { rows } = await connection.query('SELECT 1 FROM sync.replica_table WHERE name = $1', [name]);
  return rows.length > 0;
}

/** Either they can be made, or somebody who may has made them. */
async function hasRoles(connection: PostgresConnection): Promise<boolean> {
  const { rows } = await connection.query<{ has: boolean }>(
    `SELECT rolcreaterole OR rolsuper OR (SELECT count(*) = 3 FROM pg_roles
       WHERE rolname IN ('dugout_site', 'dugout_replica', 'dugout_analyst')) AS has
     FROM pg_roles WHERE rolname = current_user`,
  );
  return rows[0]?.has === true;
}

export { admitReplica, admitSite, RolesNotAllowed } from './admission.ts';
