import type { PostgresConnection, Value } from '../postgres/connection.ts';
import { quoted, quotedList } from '../venue/venue-tables.ts';
import type { Batch, RangeReplacement, StoredValue, TableRows } from './batch.ts';
import { copyPieces } from './copy-encoding.ts';

/**
 * Puts the rows of large batches into the cloud's tables, inside a transaction that is open: they are copied beside
 * the table and merged from there, which is several times cheaper than statements with parameters. One for each
 * connection: its tables live as long as the session.
 */
export interface CopyLane {
  write(batch: Batch): Promise<void>;
  /** The transaction was taken back, and tables that were made in it with it. */
  rolledBack(): void;
}

export function createCopyLane(connection: PostgresConnection, site: string): CopyLane {
  const staged = new Map<string, string>();

  /** An empty table with these columns of `table`, gone with the transaction's rows. */
  async function stage(table: string, columns: readonly string[], use: Use): Promise<string> {
    const name = quoted(`ship_${use}_${table}`);
    const shape = columns.join();
    if (staged.get(name) === shape) return name;
    await connection.query(`DROP TABLE IF EXISTS pg_temp.${name}`);
    await connection.query(
      `CREATE TEMP TABLE ${name} ON COMMIT DELETE ROWS AS
       SELECT ${quotedList(columns)} FROM public.${quoted(table)} WITH NO DATA`,
    );
    staged.set(name, shape);
    return name;
  }

  async function copy(into: string, columns: readonly string[], rows: readonly (readonly StoredValue[])[]) {
    if (rows.length === 0) return;
    await connection.copyIn(`COPY pg_temp.${into} (${quotedList(columns)}) FROM STDIN`, copyPieces(rows));
  }

  async function remove({ table, key, deletes }: TableRows): Promise<void> {
    if (deletes.length === 0) return;
    const keys = await stage(table, key, 'keys');
    await copy(keys, key, deletes);
    await connection.query(
      `DELETE FROM public.${quoted(table)} t USING pg_temp.${keys} k WHERE t.site_id = $1 AND ${sameKey('t', 'k', key)}`,
      [site],
    );
  }

  async function merge(
    { table, key, columns }: Target,
    rows: TableRows['upserts'],
    use: Use,
  ): Promise<string> {
    const staging = await stage(table, columns, use);
    await copy(staging, columns, rows);
    const others = columns.filter((name) => !key.includes(name));
    const set = others.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ');
    // The images are compared, not the values: 0.0 equals -0.0, and json has no equality.
    const differs = `ROW(${from('t', others)})::record *<> ROW(${from('excluded', others)})::record`;
    await connection.query(
      `INSERT INTO public.${quoted(table)} AS t (site_id, ${quotedList(columns)})
       SELECT $1, ${quotedList(columns)} FROM pg_temp.${staging}
       ON CONFLICT (site_id, ${quotedList(key)}) DO ${others.length === 0 ? 'NOTHING' : `UPDATE SET ${set} WHERE ${differs}`}`,
      [site],
    );
    return staging;
  }

  async function replace(range: RangeReplacement, batch: Batch): Promise<void> {
    const { table, key, after, through } = range;
    const staging = range.rows.length === 0 ? null : await merge(range, range.rows, 'range');
    const values: Value[] = [site];
    const bound = (operator: string, place: readonly StoredValue[] | null) =>
      place === null
        ? ''
        : ` AND (${key.map((name) => `t.${quoted(name)}`).join(', ')}) ${operator} (${place.map((value) => `$${values.push(value)}`).join(', ')})`;
    const surplus = `t.site_id = $1${bound('>', after)}${bound('<=', through)}
      ${staging === null ? '' : `AND NOT EXISTS (SELECT FROM pg_temp.${staging} k WHERE ${sameKey('t', 'k', key)})`}`;
    if (range.orphans === 'keep') await keepOrphans(range, batch, surplus, values);
    await connection.query(`DELETE FROM public.${quoted(table)} t WHERE ${surplus}`, values);
  }

  async function keepOrphans({ table, key }: Target, batch: Batch, which: string, values: readonly Value[]) {
    const own = [...values, table, batch.epoch, batch.commitAt ?? 0];
    const at = (offset: number) => `$${values.length + offset}`;
    await connection.query(
      `INSERT INTO sync.orphan (site_id, epoch, table_name, key, row, why, at)
       SELECT $1, ${at(2)}, ${at(1)}, json_build_array(${key.map((name) => `t.${quoted(name)}`).join(', ')})::text,
         row_to_json(t), 'venue_wins', ${at(3)}
       FROM public.${quoted(table)} t WHERE ${which}`,
      own,
    );
  }

  return {
    async write(batch) {
      for (const rows of batch.tables) await remove(rows);
      for (const rows of batch.tables) if (rows.upserts.length > 0) await merge(rows, rows.upserts, 'rows');
      for (const range of batch.ranges) await replace(range, batch);
      if (batch.tables.some(({ table, upserts }) => table === 'command_inbox' && upserts.length > 0))
        await connection.query("SELECT pg_notify('dugout_results', $1)", [site]);
    },
    rolledBack: () => staged.clear(),
  };
}

/** What comes in a batch twice, once as a change and once in a range, is staged in two places. */
type Use = 'rows' | 'range' | 'keys';
type Target = Pick<TableRows, 'table' | 'key' | 'columns'>;

const sameKey = (a: string, b: string, key: readonly string[]): string =>
  key.map((name) => `${a}.${quoted(name)} = ${b}.${quoted(name)}`).join(' AND ');

const from = (name: string, columns: readonly string[]): string =>
  columns.map((column) => `${name}.${quoted(column)}`).join(', ');
