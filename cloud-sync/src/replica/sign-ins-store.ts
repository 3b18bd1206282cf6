import { afterFailure, type SignInRecords, sessionLifeMs, type UserRow } from '@dugout/appliance/modules';
import type { SiteTransactions } from './site-transactions.ts';

const userColumns = `u.id, u.username, u.username_key, u.role, u.password_hash, u.player_id, u.created_at, u.disabled_at`;

interface FailureRow {
  failures: number;
  first_at: number;
}

/** The users of a site as they replicate, with sessions and failed sign-ins that are the replica's own. */
export const signInsStore = (transactions: SiteTransactions, site: string): SignInRecords => {
  // Failures of all sites share a table.
  const subjectHere = (subject: string) => `${site}/${subject}`;
  const userWhere = (condition: string, value: string) =>
    transactions.write(site, async (connection) => {
      const text = `SELECT ${userColumns} FROM public.users u WHERE ${condition}`;
      return (await connection.query<UserRow>(text, [value])).rows[0];
    });
  return {
    userByKey: (key) => userWhere('u.username_key = $1', key),
    userById: (id) => userWhere('u.id = $1', id),
    userOfLiveSession: (id, now) =>
      transactions.write(site, async (connection) => {
        const text = `SELECT ${userColumns} FROM sync.session s JOIN public.users u ON u.site_id = s.site_id AND u.id = s.user_id
          WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL`;
        return (await connection.query<UserRow>(text, [id, now])).rows[0];
      }),
    failuresOf: (subject) =>
      transactions.write(site, async (connection) => {
        const text = 'SELECT failures, first_at FROM sync.sign_in_failure WHERE subject = $1';
        return (await connection.query<FailureRow>(text, [subjectHere(subject)])).rows[0];
      }),
    countFailures: (subjects, now) =>
      transactions.write(site, async (connection) => {
        // In one order, so that two who fail at once wait for each other and not for ever.
        for (const subject of subjects.map(subjectHere).sort()) {
          await connection.query(
            'INSERT INTO sync.sign_in_failure VALUES ($1, 0, $2) ON CONFLICT DO NOTHING',
            [subject, now],
          );
          const { rows } = await connection.query<FailureRow>(
            'SELECT failures, first_at FROM sync.sign_in_failure WHERE subject = $1 FOR UPDATE',
            [subject],
          );
          const next = afterFailure(rows[0], now);
          await connection.query(
            'UPDATE sync.sign_in_failure SET failures = $2, first_at = $3 WHERE subject = $1',
            [subject, next.failures, next.first_at],
          );
        }
      }),
    forgetFailures: (subject) =>
      transactions.write(site, async (connection) => {
        await connection.query('DELETE FROM sync.sign_in_failure WHERE subject = $1', [subjectHere(subject)]);
      }),
  };
};

export const sessionsStore = (transactions: SiteTransactions, site: string) => ({
  start: (id: string, userId: string, now: number) =>
    transactions.write(site, async (connection) => {
      await connection.query(
        'INSERT INTO sync.session (id, site_id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
        [id, site, userId, now, now + sessionLifeMs],
      );
    }),
  end: (id: string, now: number) =>
    transactions.write(site, async (connection) => {
      await connection.query('UPDATE sync.session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL', [
        id,
        now,
      ]);
    }),
  /** Forgets sessions that are over, and failures that no sign-in can need any more. */
  forgetBefore: (before: number) =>
    transactions.write(site, async (connection) => {
      await connection.query('DELETE FROM sync.session WHERE expires_at < $1', [before]);
      await connection.query('DELETE FROM sync.sign_in_failure WHERE first_at < $1', [before]);
    }),
});
