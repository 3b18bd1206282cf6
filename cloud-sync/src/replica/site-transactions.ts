import { Problem } from '@dugout/appliance/platform/errors.ts';
import { httpProblems } from '@dugout/appliance/platform/http/http-problems.ts';
import type { PostgresConnection } from '../postgres/connection.ts';
import { PostgresFailure } from '../postgres/failure.ts';
import type { Connections } from './connections.ts';
import { replicaProblems } from './replica-problems.ts';
import type { Watermark } from './site-age.ts';
import { watermarksStore } from './watermarks-store.ts';

/** One moment of a site: all that is asked here is as of this watermark. */
export interface Moment {
  readonly connection: PostgresConnection;
  readonly watermark: Watermark;
}

const slug = /^[a-z0-9][a-z0-9-]{0,40}$/u;

/**
 * Everything about a site happens in a transaction that names it: without, row-level security shows no rows.
 * All throw `replica_unavailable`; those that need the site's watermark, `unknown_site`.
 */
export function createSiteTransactions(connections: Connections) {
  async function inTransaction<Result>(
    mode: string,
    site: string,
    work: (connection: PostgresConnection) => Promise<Result>,
  ): Promise<Result> {
    // It becomes part of a statement below.
    if (!slug.test(site)) throw new Problem(replicaProblems.unknown_site);
    const outcome = await connections.use(site, async (connection) => {
      await connection.query(`BEGIN ${mode}; SET LOCAL dugout.site = '${site}'`);
      try {
        const result = await work(connection);
        await connection.query('COMMIT');
        return { result };
      } catch (error) {
        // What is told to the caller is no reason to give the connection up.
        const refusal = refusalOf(error);
        if (refusal === undefined || connection.isLost) throw error;
        await connection.query('ROLLBACK');
        return { refusal };
      }
    });
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.result;
  }

  const atMoment =
    <Result>(site: string, work: (moment: Moment) => Promise<Result>) =>
    async (connection: PostgresConnection): Promise<Result> => {
      const watermark = await watermarksStore.of(connection, site);
      if (watermark === undefined) throw new Problem(replicaProblems.unknown_site);
      return work({ connection, watermark });
    };

  return {
    /** Reads at one moment; nothing that is applied meanwhile is seen. */
    read: <Result>(site: string, work: (moment: Moment) => Promise<Result>): Promise<Result> =>
      inTransaction('ISOLATION LEVEL REPEATABLE READ READ ONLY', site, atMoment(site, work)),
    /** Reads at one moment and writes what the replica owns: commands. */
    decide: <Result>(site: string, work: (moment: Moment) => Promise<Result>): Promise<Result> =>
      inTransaction('ISOLATION LEVEL REPEATABLE READ', site, atMoment(site, work)),
    /** Reads and writes what the replica owns, the newest of it: sessions, failed sign-ins. */
    write: <Result>(
      site: string,
      work: (connection: PostgresConnection) => Promise<Result>,
    ): Promise<Result> => inTransaction('', site, work),
  };
}
export type SiteTransactions = ReturnType<typeof createSiteTransactions>;

/** The venue's database can be asked for a text with a NUL and finds nothing; Postgres has no such text. */
const characterNotInRepertoire = '22021';

function refusalOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  return error instanceof PostgresFailure && error.code === characterNotInRepertoire
    ? new Problem(httpProblems.malformed_request, 'a text holds the character NUL')
    : undefined;
}
