import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { inTransaction, type PostgresConnection, withConnection } from '../postgres/connection.ts';
import { asFailure, type PostgresFailure } from '../postgres/failure.ts';
import { quoted } from './replica-tables.ts';

/** The owner's credential does not allow it; the message says what to do. */
export class RolesNotAllowed extends Error {
  override readonly name = 'RolesNotAllowed';
}

/**
 * A login for this site alone, with a new password; one it had is good no more. What it may do is in `roles.sql`.
 * Throws `RolesNotAllowed`.
 */
export const admitSite = (ownerUrl: string, siteId: string): Promise<{ url: string }> =>
  admit(ownerUrl, 'dugout_site', siteId, 16);

/** A login for the programs that serve the replica; the same rules. */
export const admitReplica = (ownerUrl: string): Promise<{ url: string }> =>
  admit(ownerUrl, 'dugout_replica', null, 100);

function admit(ownerUrl: string, group: string, siteId: string | null, connections: number) {
  return withConnection(ownerUrl, { name: 'dugout admit' }, async (connection) => {
    const password = randomBytes(24).toString('base64url');
    try {
      const role = await inTransaction(connection, () =>
        logIn(connection, group, siteId, connections, password),
      );
      const url = new URL(ownerUrl);
      url.username = role;
      url.password = password;
      return { url: url.href };
    } catch (error) {
      throw notAllowed(asFailure(error));
    }
  });
}

async function logIn(
  connection: PostgresConnection,
  group: string,
  siteId: string | null,
  connections: number,
  password: string,
): Promise<string> {
  await connection.query('SELECT pg_advisory_xact_lock(7236837, 2)');
  const role = await roleOf(connection, siteId);
  const { rows } = await connection.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = rows.length === 0 ? 'CREATE' : 'ALTER';
  await connection.query(
    `${verb} ROLE ${quoted(role)} LOGIN CONNECTION LIMIT ${connections} PASSWORD '${scramVerifier(password)}'`,
  );
  await connection.query(`GRANT ${group} TO ${quoted(role)}`);
  return role;
}

/** insufficient_privilege; undefined_object: the groups were never made. */
const forWantOfRights = ['42501', '42704'];

function notAllowed(failure: PostgresFailure): Error {
  if (failure.code === null || !forWantOfRights.includes(failure.code)) return failure;
  return new RolesNotAllowed(
    `the owner of this database may not create roles (${failure.message}): let it (ALTER ROLE … CREATEROLE) and run ` +
      '`dugout sync migrate-cloud` again, or make the roles by hand as docs/operations/cloud.md says',
    { cause: failure },
  );
}

/** Roles belong to the server, sites to a database of it: the name says both. */
async function roleOf(connection: PostgresConnection, siteId: string | null): Promise<string> {
  const { rows } = await connection.query<{ oid: number }>(
    'SELECT oid::int AS oid FROM pg_database WHERE datname = current_database()',
  );
  const database = rows[0]?.oid ?? 0;
  if (siteId === null) return `dugout_replica_${database}`;
  const role = `dugout_${database}_${siteId}`;
  const { rows: logins } = await connection.query<{ role_name: string }>(
    `INSERT INTO sync.login (role_name, site_id) VALUES ($1, $2)
     ON CONFLICT (site_id) DO UPDATE SET site_id = excluded.site_id RETURNING role_name`,
    [role, siteId],
  );
  return logins[0]?.role_name ?? role;
}

const iterations = 4_096;

/** RFC 5803, as Postgres keeps a password: the password itself is never in a statement, nor in a server's log. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`;
}
