import { createHash } from 'node:crypto';
import { allTables } from '@dugout/appliance/tables';
import type { Database as Connection } from 'better-sqlite3';
import type { TestCloud } from '../testing/cloud-on-server.ts';

/** A row as one text, by its table and key; both sides write the same text for the same stored values. */
export type StoredRows = ReadonlyMap<string, string>;

/** What a place of a history looks like. */
export interface Seen {
  readonly rows: StoredRows;
  /** Rows that the cloud cannot hold. */
  readonly poisoned: ReadonlySet<string>;
}

const replicated = allTables.filter(({ replication }) => replication === 'replicated');
/** The tables that steps write to. */
const written = new Set(['counters', 'players', 'users', 'device_presence', 'command_inbox']);
export const everyTable = replicated;
export const writtenTables = replicated.filter(({ name }) => written.has(name));
type Tables = typeof replicated;

const longText = 120;
const rowName = (table: string, key: string): string => `${table} ${key}`;

/** Reads the venue's rows, with nothing of what the product reads them with. */
export function rowsOfVenue(connection: Connection, tables: Tables = writtenTables): Seen {
  const rows = new Map<string, string>();
  const poisoned = new Set<string>();
  for (const { name, columns, key } of tables) {
    const names = Object.keys(columns);
    const stored = connection
      .prepare<[], unknown[]>(`SELECT ${names.map((column) => `"${column}"`).join(', ')} FROM "${name}"`)
      .safeIntegers()
      .raw()
      .all();
    const keyAt = key.map((column) => names.indexOf(column));
    for (const values of stored) {
      const row = rowName(name, keyAt.map((at) => String(values[at])).join(' '));
      rows.set(row, JSON.stringify(values.map(textOf)));
      if (values.some((value) => typeof value === 'string' && value.includes('\0'))) poisoned.add(row);
    }
  }
  return { rows, poisoned };
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return bytes.toString('hex');
  }
  if (Buffer.isBuffer(value)) return value.toString('hex');
  const text = String(value);
  return Buffer.byteLength(text) > longText ? `md5 ${createHash('md5').update(text).digest('hex')}` : text;
}

export interface Standing {
  readonly epoch: number;
  readonly seq: number;
  readonly tok: number;
  readonly state: string;
  readonly detail: string | null;
  readonly consistent_seq: number;
  readonly cursor: unknown;
  readonly appliance_id: string | null;
}

/** What the cloud shows of a site at one moment. */
export interface Shown {
  readonly standing: Standing | null;
  readonly rows: StoredRows;
  readonly quarantine: ReadonlySet<string>;
}

const texts = new Map<Tables, string>();

/** Reads a site in one statement, and so in one snapshot. */
export async function rowsOfCloud(
  cloud: Pick<TestCloud, 'sql'>,
  site: string,
  tables: Tables = writtenTables,
): Promise<Shown> {
  const text = texts.get(tables) ?? statementFor(tables);
  texts.set(tables, text);
  const found = await cloud.sql<{ place: string; key: string; row: string }>(text, [site]);
  const rows = new Map<string, string>();
  const quarantine = new Set<string>();
  let standing: Standing | null = null;
  for (const { place, key, row } of found) {
    if (place === ' site') standing = JSON.parse(row) as Standing;
    else if (place === ' quarantine') quarantine.add(rowName(key, (JSON.parse(row) as unknown[]).join(' ')));
    else rows.set(rowName(place, key), JSON.stringify(JSON.parse(row)));
  }
  return { standing, rows, quarantine };
}

function statementFor(tables: Tables): string {
  const parts = tables.map(({ name, columns, key }) => {
    const values = Object.entries(columns).map(([column, { type }]) => valueText(`t."${column}"`, type));
    const keys = key.map((column) => `t."${column}"::text`).join(` || ' ' || `);
    return `SELECT '${name}' AS place, ${keys} AS key, json_build_array(${values.join(', ')})::text AS row
      FROM public."${name}" t WHERE site_id = $1`;
  });
  return [
    ...parts,
    `SELECT ' site', '', row_to_json(s)::text FROM sync.site s WHERE site_id = $1`,
    `SELECT ' quarantine', table_name, key FROM sync.quarantine WHERE site_id = $1`,
  ].join(' UNION ALL ');
}

function valueText(column: string, type: string): string {
  if (type === 'REAL') return `encode(float8send(${column}), 'hex')`;
  if (type === 'BLOB') return `encode(${column}, 'hex')`;
  if (type === 'INTEGER') return `${column}::text`;
  const bytes = `convert_to(${column}, 'UTF8')`;
  return `CASE WHEN octet_length(${column}) > ${longText} THEN 'md5 ' || md5(${bytes}) ELSE ${column} END`;
}

/** Says how what the cloud shows differs from what it should; null when it does not. */
export function difference(shown: StoredRows, { rows, poisoned }: Seen): string | null {
  for (const [name, row] of rows) {
    if (poisoned.has(name)) continue;
    const there = shown.get(name);
    if (there === undefined) return `${name} is missing in the cloud`;
    if (there !== row) return `${name} is ${there} in the cloud and was ${row} at the venue`;
  }
  for (const name of shown.keys())
    if (!rows.has(name)) return `${name} is in the cloud and was not at the venue`;
  return null;
}
