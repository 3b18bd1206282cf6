import { randomBytes } from 'node:crypto';
import { connect, type PostgresConnection, type Value, withConnection } from '../postgres/connection.ts';
import { admitReplica, admitSite, migrateCloud } from '../schema/migrate-cloud.ts';
import { thisRelease } from '../schema/release.ts';

export interface TestCloud {
  readonly ownerUrl: string;
  /** A login of this site alone; one per site, made when it is asked for. */
  siteUrl(siteId: string): Promise<string>;
  replicaUrl(): Promise<string>;
  /** As the owner: sees and may do everything. */
  sql<Row = Record<string, unknown>>(text: string, values?: readonly Value[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** A database of its own on this server, its schema made; gone with `stop`, which whoever made it calls. */
export async function aCloudOn(server: string, release = thisRelease()): Promise<TestCloud> {
  const { ownerUrl, drop } = await anEmptyDatabaseOn(server);
  await migrateCloud(ownerUrl, release);
  return cloudAt(ownerUrl, drop);
}

/** A database without a schema. */
export async function anEmptyDatabaseOn(
  server: string,
): Promise<{ ownerUrl: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withConnection(server, {}, (connection) => connection.query(`CREATE DATABASE ${name}`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const ownerUrl = url.href;
  return { ownerUrl, drop: () => dropDatabase(server, name) };
}

function cloudAt(ownerUrl: string, drop: () => Promise<void>): TestCloud {
  const logins = new Map<string, Promise<string>>();
  const login = (name: string, admit: () => Promise<{ url: string }>) => {
    const known = logins.get(name) ?? admit().then(({ url }) => url);
    logins.set(name, known);
    return known;
  };
  let owner: Promise<PostgresConnection> | undefined;
  const stop = async () => {
    await (await owner)?.close();
    owner = undefined;
    await drop();
  };
  return {
    ownerUrl,
    siteUrl: (siteId) => login(siteId, () => admitSite(ownerUrl, siteId)),
    replicaUrl: () => login('', () => admitReplica(ownerUrl)),
    async sql<Row>(text: string, values: readonly Value[] = []) {
      owner ??= connect(ownerUrl, { name: 'test' });
      const { rows } = await (await owner).query<Row>(text, values);
      return rows;
    },
    stop,
  };
}

async function dropDatabase(server: string, name: string): Promise<void> {
  const oid = await withConnection(server, {}, (connection) =>
    connection.query<{ oid: number }>('SELECT oid::int AS oid FROM pg_database WHERE datname = $1', [name]),
  );
  const number = oid.rows[0]?.oid;
  if (number === undefined) return;
  await withConnection(server, {}, async (connection) => {
    await connection.query(`DROP DATABASE ${name} WITH (FORCE)`);
    const { rows } = await connection.query<{ role: string }>(
      'SELECT quote_ident(rolname) AS role FROM pg_roles WHERE rolname LIKE $1 OR rolname LIKE $2',
      [`dugout\\_replica\\_${number}`, `dugout\\_${number}\\_%`],
    );
    for (const { role } of rows) await connection.query(`DROP ROLE ${role}`);
  });
}
