import { connect, type PostgresConnection } from '../../src/postgres/connection.ts';
import type { Batch, LogPosition, StoredValue } from '../../src/shipping/batch.ts';
import { createCloudLink } from '../../src/shipping/cloud-link.ts';
import { copyPieces } from '../../src/shipping/copy-encoding.ts';
import { noFailpoints } from '../../src/shipping/failpoints.ts';
import { batchJson } from '../../src/shipping/json-encoding.ts';
import type { TestCloud } from '../../src/testing/cloud-on-server.ts';
import { columns, upserted } from './player-rows.ts';

/** A way to bring rows of `players` into a table, one transaction each. */
export interface Lane {
  readonly pid: number;
  put(rows: readonly (readonly StoredValue[])[]): Promise<unknown>;
  /** An empty table. */
  empty(): Promise<unknown>;
  close(): Promise<void>;
}

const site = 'north';

/** As the daemon ships: the carrier itself, signed in as the site, with all that a batch costs beside its rows. */
export async function openOurLane(cloud: TestCloud, lane: 'call' | 'as the daemon chooses'): Promise<Lane> {
  const connection = await connect(await cloud.siteUrl(site), { name: 'bench ours' });
  const link = createCloudLink(connection, site, noFailpoints);
  const hello = { name: site, profile: 'venue', applianceId: 'bench', epoch: 1, schemaVersion: 'bench' };
  const { standing } = await link.handshake(hello);
  const [{ version: catalogue } = { version: 0 }] = await cloud.sql<{ version: number }>(
    'SELECT version FROM sync.catalogue',
  );
  let at: LogPosition = { seq: standing.seq, tok: standing.tok };
  return {
    pid: await pidOf(connection),
    async put(rows) {
      const to = { seq: at.seq + rows.length, tok: at.seq + 1 };
      const batch: Batch = {
        ...{ epoch: 1, from: at, to, tables: [upserted(rows)], ranges: [], complete: true, commitAt: 1 },
        ...{ pending: 0, state: 'live', cursor: null },
      };
      if (lane === 'call')
        await connection.query('SELECT sync.apply($1, $2)', [site, batchJson(batch, catalogue)]);
      else await link.ship({ batch, quarantined: [], mended: [] });
      at = to;
    },
    empty: () => cloud.sql('TRUNCATE public.players'),
    close: () => connection.close(),
  };
}

/** What nothing is faster than: the rows alone, into a table that has the same columns, key and indexes. */
export async function openPlainCopy(cloud: TestCloud): Promise<Lane> {
  const connection = await connect(cloud.ownerUrl, { name: 'bench copy' });
  await connection.query(
    'CREATE TABLE IF NOT EXISTS public.plain_players (LIKE public.players INCLUDING ALL)',
  );
  const names = ['site_id', ...columns].join(', ');
  return {
    pid: await pidOf(connection),
    put: (rows) =>
      connection.copyIn(
        `COPY public.plain_players (${names}) FROM STDIN`,
        copyPieces(rows.map((row) => [site, ...row])),
      ),
    empty: () => connection.query('TRUNCATE public.plain_players'),
    close: () => connection.close(),
  };
}

export async function pidOf(connection: PostgresConnection): Promise<number> {
  const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
