import type { PostgresConnection, Value } from '../postgres/connection.ts';
import type { BootstrapCursor, KeyRange, LogPosition, StoredValue } from '../shipping/batch.ts';
import type { CloudTables } from '../shipping/parcel.ts';
import { quoted, type VenueTable } from '../venue/venue-tables.ts';
import { columnTypes, keyTypes, type RangeSum } from './row-hash.ts';
import { postgresTypes, rangeSumSql, replicaValue, rowHashSql } from './row-hash-sql.ts';
import type { HashedKey, Key, Row } from './venue-side.ts';

/** One statement on one connection of the cloud's database. Rejects as the connection does. */
export type Ask = <Row>(text: string, parameters?: readonly Value[]) => Promise<Row[]>;

export const askOver =
  (connection: PostgresConnection): Ask =>
  async <Row>(text: string, parameters: readonly Value[] = []) =>
    (await connection.query<Row>(text, parameters)).rows;

/** What the cloud has written down of a site. */
export interface ReplicaStanding extends LogPosition {
  readonly epoch: number;
  readonly applianceId: string | null;
  readonly state: string;
  /** The newest step of the schema of whoever writes it; null before the first. */
  readonly schemaVersion: string | null;
  /** The replica was a whole state of the venue at this change. */
  readonly consistentSeq: number;
  readonly commitAt: number | null;
  readonly pending: number;
  /** A copy that is not finished. */
  readonly cursor: BootstrapCursor | null;
}

type KeyBounds = Pick<KeyRange, 'after' | 'through'>;

/** The replica of one site, asked over one connection. Keys and rows are in the venue's types. */
export interface ReplicaSide {
  /** Begins a read-only snapshot; the one before is given up. Null: the cloud has never heard of the site. */
  begin(): Promise<ReplicaStanding | null>;
  /** Begins a transaction in which the site's standing cannot move: who ships waits. */
  beginLocked(): Promise<ReplicaStanding | null>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** What the cloud knew of the venue's tables when the transaction began. */
  known(): CloudTables;
  /** The version of that knowledge. */
  catalogue(): number;
  sum(table: VenueTable, range: KeyBounds, leftOut: readonly Key[]): Promise<RangeSum>;
  /** The rows of a stretch, in pieces of at most `pageRows`. */
  hashes(table: VenueTable, range: KeyBounds, leftOut: readonly Key[]): AsyncGenerator<HashedKey[]>;
  hashesOf(table: VenueTable, keys: readonly Key[]): Promise<HashedKey[]>;
  /** Rows by key, columns as the venue declares them. */
  rowsOf(table: VenueTable, keys: readonly Key[]): Promise<Row[]>;
  /** All rows, in pieces, by key. */
  pages(table: VenueTable): AsyncGenerator<Row[]>;
  count(tableName: string): Promise<number>;
}

const pageRows = 4_096;
/** Rows may be a megabyte each: pages are cut so that they stay near this. */
const pageCharacters = 4_000_000;
const firstPageRows = 64;

interface SiteRow {
  epoch: string;
  seq: string;
  tok: string;
  appliance_id: string | null;
  state: string;
  schema_version: string | null;
  consistent_seq: string | null;
  commit_at: string | null;
  pending: string | null;
  cursor: BootstrapCursor | null;
}
const standing = `
  SELECT epoch::text, seq::text, tok::text, appliance_id, state, schema_version, consistent_seq::text,
         commit_at::text, pending::text, cursor
  FROM sync.site WHERE site_id = $1`;

export function createReplicaSide(ask: Ask, site: string): ReplicaSide {
  let known: CloudTables = new Map();
  let catalogue = 0;

  const knownOf = (table: VenueTable): ReadonlySet<string> => {
    const found = known.get(table.name);
    if (found === undefined) throw new Error(`the replica has no table ${table.name} yet`);
    return found.columns;
  };
  const from = (table: VenueTable): string => `FROM public.${quoted(table.name)} t WHERE t.site_id = $1`;
  const keyTuple = (table: VenueTable): string =>
    `(${table.key.map((name) => `t.${quoted(name)}`).join(', ')})`;

  /** Conditions of a stretch and its parameters, the site being the first. */
  function within(table: VenueTable, range: KeyBounds, leftOut: readonly Key[]) {
    const types = keyTypes(table).map((type) => postgresTypes[type]);
    const params: Value[] = [site];
    let conditions = '';
    for (const [bound, sign] of [
      [range.after, '>'],
      [range.through, '<='],
    ] as const) {
      if (bound === null) continue;
      const values = bound.map((value, index) => `$${params.push(parameter(value))}::${types[index]}`);
      conditions += ` AND ${keyTuple(table)} ${sign} (${values.join(', ')})`;
    }
    if (leftOut.length > 0) conditions += ` AND ${keyTuple(table)} NOT IN ${listed(table, leftOut, params)}`;
    return { conditions, params };
  }
  function listed(table: VenueTable, keys: readonly Key[], params: Value[]): string {
    const arrays = keyTypes(table).map((type, index) => {
      const place = params.push(keys.filter(canBeThere).map((key) => parameter(key[index] ?? null)));
      return `$${place}::${postgresTypes[type]}[]`;
    });
    return `(SELECT * FROM unnest(${arrays.join(', ')}))`;
  }

  const keyColumns = (table: VenueTable): string =>
    keyTypes(table)
      .map((type, index) => asText(`t.${quoted(table.key[index] ?? '')}`, type, `k${index}`))
      .join(', ');
  const keyFrom = (table: VenueTable, row: Record<string, string | null>): Key =>
    keyTypes(table).map((type, index) => fromText(row[`k${index}`] ?? null, type));

  function hashedKeys(table: VenueTable, rows: readonly Record<string, string | null>[]): HashedKey[] {
    return rows.map((row) => ({ key: keyFrom(table, row), hash: row['hash'] ?? '' }));
  }

  function valueColumns(table: VenueTable): string {
    const columns = knownOf(table);
    return columnTypes(table)
      .map((type, index) => {
        const name = table.columns[index]?.name ?? '';
        return asText(replicaValue(name, type, columns.has(name)), type, `v${index}`);
      })
      .join(', ');
  }
  const rowFrom = (table: VenueTable, row: Record<string, string | null>): Row =>
    columnTypes(table).map((type, index) => fromText(row[`v${index}`] ?? null, type));

  async function begin(text: string, lock: string): Promise<ReplicaStanding | null> {
    await ask('ROLLBACK');
    await ask(text);
    const [row] = await ask<SiteRow>(`${standing}${lock}`, [site]);
    if (row === undefined) return null;
    const [version] = await ask<{ version: string }>('SELECT version::text FROM sync.catalogue');
    catalogue = Number(version?.version ?? 0);
    const rows = await ask<{ name: string; key: string[]; columns: { name: string }[] }>(
      'SELECT name, key, columns FROM sync.replica_table',
    );
    known = new Map(
      rows.map(({ name, key, columns }) => [
        name,
        { key, columns: new Set(columns.map((column) => column.name)) },
      ]),
    );
    return {
      epoch: Number(row.epoch),
      seq: Number(row.seq),
      tok: Number(row.tok),
      applianceId: row.appliance_id,
      state: row.state,
      schemaVersion: row.schema_version,
      consistentSeq: Number(row.consistent_seq ?? 0),
      commitAt: row.commit_at === null ? null : Number(row.commit_at),
      pending: Number(row.pending ?? 0),
      cursor: row.cursor ?? null,
    };
  }

  return {
    begin: () => begin('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ''),
    beginLocked: () => begin('BEGIN', ' FOR UPDATE'),
    async commit() {
      await ask('COMMIT');
    },
    async rollback() {
      await ask('ROLLBACK');
    },
    known: () => known,
    catalogue: () => catalogue,

    async sum(table, range, leftOut) {
      const { conditions, params } = within(table, range, leftOut);
      const [row] = await ask<{ rows: string; sum: string }>(
        `SELECT ${rangeSumSql(table, knownOf(table))} ${from(table)}${conditions}`,
        params,
      );
      return { rows: Number(row?.rows ?? 0), sum: row?.sum ?? '0' };
    },

    async *hashes(table, range, leftOut) {
      let after = range.after;
      for (;;) {
        const { conditions, params } = within(table, { after, through: range.through }, leftOut);
        const rows = await ask<Record<string, string | null>>(
          `SELECT ${keyColumns(table)}, ${rowHashSql(table, knownOf(table))} AS hash ${from(table)}${conditions}
           ORDER BY ${keyTuple(table)} LIMIT ${pageRows}`,
          params,
        );
        const page = hashedKeys(table, rows);
        if (page.length > 0) yield page;
        if (rows.length < pageRows) return;
        after = page.at(-1)?.key ?? null;
      }
    },

    async hashesOf(table, keys) {
      const params: Value[] = [site];
      const rows = await ask<Record<string, string | null>>(
        `SELECT ${keyColumns(table)}, ${rowHashSql(table, knownOf(table))} AS hash ${from(table)}
         AND ${keyTuple(table)} IN ${listed(table, keys, params)}`,
        params,
      );
      return hashedKeys(table, rows);
    },

    async rowsOf(table, keys) {
      const params: Value[] = [site];
      const rows = await ask<Record<string, string | null>>(
        `SELECT ${valueColumns(table)} ${from(table)} AND ${keyTuple(table)} IN ${listed(table, keys, params)}`,
        params,
      );
      return rows.map((row) => rowFrom(table, row));
    },

    async *pages(table) {
      let after: Key | null = null;
      let limit = firstPageRows;
      for (;;) {
        const { conditions, params } = within(table, { after, through: null }, []);
        const rows: Record<string, string | null>[] = await ask(
          `SELECT ${keyColumns(table)}, ${valueColumns(table)} ${from(table)}${conditions}
           ORDER BY ${keyTuple(table)} LIMIT ${limit}`,
          params,
        );
        if (rows.length > 0) yield rows.map((row) => rowFrom(table, row));
        const last = rows.at(-1);
        if (last === undefined || rows.length < limit) return;
        after = keyFrom(table, last);
        limit = Math.max(1, Math.min(pageRows, Math.floor((limit * pageCharacters) / lengthOf(rows))));
      }
    },

    async count(tableName) {
      const [row] = await ask<{ rows: string }>(
        `SELECT count(*)::text AS rows FROM public.${quoted(tableName)} WHERE site_id = $1`,
        [site],
      );
      return Number(row?.rows ?? 0);
    },
  };
}

function lengthOf(rows: readonly Record<string, string | null>[]): number {
  let length = 1;
  for (const row of rows) for (const value of Object.values(row)) length += value?.length ?? 0;
  return length;
}

/** Values travel as text, doubles and blobs in hexadecimal: no driver's parser comes between. */
function asText(value: string, type: keyof typeof postgresTypes, name: string): string {
  const texts = {
    TEXT: value,
    INTEGER: `${value}::text`,
    REAL: `encode(float8send(${value}), 'hex')`,
    BLOB: `encode(${value}, 'hex')`,
  };
  return `${texts[type]} AS ${name}`;
}

function fromText(text: string | null, type: keyof typeof postgresTypes): StoredValue {
  if (text === null || type === 'TEXT') return text;
  if (type === 'REAL') return Buffer.from(text, 'hex').readDoubleBE();
  if (type === 'BLOB') return Buffer.from(text, 'hex');
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** Postgres has no text with a NUL in it, and does not even compare with one. */
const canBeThere = (key: Key): boolean =>
  key.every((value) => typeof value !== 'string' || !value.includes('\0'));

/** Cast by the statement, so that no number is rounded on the way. */
const parameter = (value: StoredValue): string =>
  Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : String(value);
