import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { type PostgresConnection, withConnection } from '../postgres/connection.ts';
import { asFailure } from '../postgres/failure.ts';
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
    await connection.query('BEGIN');
    try {
      await connection.query('SELECT pg_advisory_xact_lock(7236837, 2)');
      const role = await roleOf(connection, siteId);
      const { rows } = await connection.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      const verb = rows.length === 0 ? 'CREATE' : 'ALTER';
      await connection.query(
        `${verb} ROLE ${quoted(role)} LOGIN CONNECTION LIMIT ${connections} PASSWORD '${scramVerifier(password)}'`,
      );
      await connection.query(`GRANT ${group} TO ${quoted(role)}`);
      await connection.query('COMMIT');
      const url = new URL(ownerUrl);
      url.username = role;
      url.password = password;
      return { url: url.href };
    } catch (error) {
      if (!connection.isLost) await connection.query('ROLLBACK');
      const failure = asFailure(error);
      // insufficient_privilege, undefined_object: the groups were never made
      if (failure.code === '42501' || failure.code === '42704') {
        throw new RolesNotAllowed(
          `the owner of this database may not create roles (${failure.message}): let it, with ALTER ROLE … CREATEROLE, ` +
            'run `dugout sync migrate-cloud` again, or have one made by hand as docs/operations/cloud.md says',
          { cause: failure },
        );
      }
      throw failure;
    }
  });
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
