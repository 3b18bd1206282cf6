import { connect } from '../../src/postgres/connection.ts';
import { copyPieces } from '../../src/shipping/copy-encoding.ts';
import { aCloudOn } from '../../src/testing/cloud-on-server.ts';
import { type Cost, costOf, waitUntil } from './measuring.ts';
import { columns, playerRows } from './player-rows.ts';

const name = 'bench_native';

/**
 * Postgres's own logical replication of the same table, with the same key and indexes at its end, from one database of
 * this server to another. The changes are made first and applied afterwards, so that the time is that of applying.
 */
export async function openNativeReplication(server: string) {
  const [source, target] = [await aCloudOn(server), await aCloudOn(server)];
  const writer = await connect(source.ownerUrl, { name: 'bench source' });
  await source.sql(`CREATE PUBLICATION ${name} FOR TABLE public.players`);
  // One server at both ends: making the slot as part of the subscription would wait for itself.
  await source.sql("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [name]);
  await target.sql(
    `CREATE SUBSCRIPTION ${name} CONNECTION '${source.ownerUrl}' PUBLICATION ${name}
     WITH (create_slot = false, slot_name = '${name}', copy_data = false, enabled = false, synchronous_commit = 'on')`,
  );

  async function applier(): Promise<number | null> {
    const [row] = await target.sql<{ pid: number | null }>(
      'SELECT pid FROM pg_stat_subscription WHERE subname = $1 AND relid IS NULL',
      [name],
    );
    return row?.pid ?? null;
  }

  /** What `change` does at the source, at the target. */
  async function applied(change: () => Promise<void>): Promise<Cost> {
    await target.sql(`ALTER SUBSCRIPTION ${name} DISABLE`);
    await waitUntil(async () => (await applier()) === null, 'the end of the applying process');
    await change();
    const [place] = await source.sql<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    await target.sql(`ALTER SUBSCRIPTION ${name} ENABLE`);
    await waitUntil(async () => (await applier()) !== null, 'the applying process', { everyMs: 1 });
    const pid = await applier();
    if (pid === null) throw new Error('the applying process has ended');
    return costOf(pid, () =>
      waitUntil(async () => {
        const [row] = await source.sql<{ there: boolean }>(
          'SELECT confirmed_flush_lsn >= $2::pg_lsn AS there FROM pg_replication_slots WHERE slot_name = $1',
          [name, place?.lsn ?? '0/0'],
        );
        return row?.there === true;
      }, 'the replication'),
    );
  }

  return {
    async pass(batches: number, rows: number) {
      await applied(async () => void (await writer.query('TRUNCATE public.players')));
      const insert = await applied(async () => {
        for (let batch = 0; batch < batches; batch += 1) {
          const fresh = playerRows(batch * rows, rows, 'Ann').map((row) => ['north', ...row]);
          const into = `COPY public.players (${['site_id', ...columns].join(', ')}) FROM STDIN`;
          await writer.copyIn(into, copyPieces(fresh));
        }
      });
      const update = await applied(async () => {
        for (let batch = 0; batch < batches; batch += 1) {
          const ids = playerRows(batch * rows, rows, '').map(([id]) => id ?? null);
          await writer.query(
            "UPDATE public.players SET name = 'Bea' || substr(name, 4) WHERE site_id = 'north' AND id BETWEEN $1 AND $2",
            [ids[0] ?? null, ids.at(-1) ?? null] as string[],
          );
        }
      });
      return { insert, update };
    },
    async close() {
      await target.sql(`ALTER SUBSCRIPTION ${name} DISABLE`);
      await target.sql(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
      await target.sql(`DROP SUBSCRIPTION ${name}`);
      await waitUntil(async () => {
        const [row] = await source.sql<{ active: boolean }>(
          'SELECT active FROM pg_replication_slots WHERE slot_name = $1',
          [name],
        );
        return row?.active === false;
      }, 'the end of the replication');
      await source.sql('SELECT pg_drop_replication_slot($1)', [name]);
      await writer.close();
      await target.stop();
      await source.stop();
    },
  };
}
