import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { KeyRange, LogPosition, StoredValue } from '../shipping/batch.ts';
import { quoted, readVenueTables, type VenueTable } from '../venue/venue-tables.ts';
import { columnTypes, type RangeSum, rangeSum, rowHash } from './row-hash.ts';

export type Key = readonly StoredValue[];
export type Row = readonly StoredValue[];

/** Where the venue stands in a snapshot, and what its log can tell. */
export interface VenueStanding extends LogPosition {
  readonly epoch: number;
  readonly applianceId: string;
  /** Changes up to this one may be missing from the log. */
  readonly floor: number;
  readonly capture: 'on' | 'given_up';
}

/** A row and the digits it hashes to. */
export interface HashedKey {
  readonly key: Key;
  readonly hash: string;
}

/**
 * The venue's database as it stood at one moment, and what of it has changed since a position in its log. Its file is
 * read only; what is remembered on the way is in temporary tables, on disk when there is much of it.
 */
export interface VenueSide {
  /** Begins a snapshot in which nothing is left out; the one before is given up. */
  begin(): VenueStanding;
  /** The token of a change; null when the log does not have it. */
  tokenInLog(seq: number): number | null;
  /** In this snapshot, rows changed after `seq` are left out of sums and hashes. Once per snapshot. */
  leaveOutSince(seq: number): void;
  /** The replicated tables, by name. */
  readonly tables: ReadonlyMap<string, VenueTable>;
  /** The key of the `count`th row, or of the `count`th that is left out, after `after`; null when there are fewer. */
  keyAfter(table: VenueTable, after: Key | null, count: number): Key | null;
  sum(range: KeyRange): RangeSum;
  hashes(range: KeyRange): HashedKey[];
  leftOut(range: KeyRange): Key[];
  /** Those of the keys that are not left out. */
  notLeftOut(table: VenueTable, keys: readonly Key[]): Key[];
  /** Remembers what is left out now, to be looked at again. Answers how many rows that are. */
  postpone(): number;
  /** Some of what was postponed and is not left out now. */
  postponed(table: VenueTable, count: number): Key[];
  /** They need not be looked at again. */
  settle(table: VenueTable, keys: readonly Key[]): void;
  postponedCount(): number;
  hashesOf(table: VenueTable, keys: readonly Key[]): HashedKey[];
  count(table: VenueTable): number;
  countIn(range: KeyRange): number;
  /** Names of the tables that the log names after `seq`. */
  changedSince(seq: number): string[];
  /** The row with this key, columns as declared; null when there is none. */
  row(table: VenueTable, key: Key): Row | null;
  /** False when a text of it is no UTF-8: it is read as something else then. */
  isReadable(table: VenueTable, key: Key): boolean;
  /** The row, texts that are none as their bytes. */
  storedRow(table: VenueTable, key: Key): Row | null;
  end(): void;
  close(): void;
}

const list = (names: readonly string[]): string => names.map((name) => `t.${quoted(name)}`).join(', ');
const tuple = (names: readonly string[]): string => `(${list(names)})`;
const columnNames = (table: VenueTable): string[] => table.columns.map(({ name }) => name);
const temporary = (kind: string, { name }: { readonly name: string }): string =>
  `temp.${quoted(`${kind}_${name}`)}`;
const marks = (count: number): string => `(${Array.from({ length: count }, () => '?').join(', ')})`;

/** Opens the venue's file beside whoever writes it. Throws when there is none. */
export function openVenueSide(dataDirectory: string): VenueSide {
  const connection = new Sqlite(join(dataDirectory, 'dugout.db'), { readonly: true, timeout: 5_000 });
  const byNumber = readVenueTables(connection);
  connection.defaultSafeIntegers(true);
  const byName = new Map([...byNumber.values()].map((table) => [table.name, table]));
  const statements = new Map<string, Sqlite.Statement>();
  const leavingOut = new Set<string>();
  const waiting = new Set<string>();

  for (const table of byName.values()) {
    const keys = table.key.map(quoted).join(', ');
    for (const kind of ['left_out', 'postponed'])
      connection.exec(
        `CREATE TABLE ${temporary(kind, table)} (${keys}, PRIMARY KEY (${keys})) WITHOUT ROWID`,
      );
  }

  const prepared = (sql: string): Sqlite.Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const rowsOf = (sql: string, params: readonly StoredValue[]): StoredValue[][] =>
    prepared(sql)
      .raw()
      .all(...params)
      .map((row) => (row as StoredValue[]).map(plain));
  const tableOf = ({ table }: { table: string }): VenueTable => {
    const found = byName.get(table);
    if (found === undefined) throw new Error(`no table ${table} is replicated`);
    return found;
  };

  const sameKey = (table: VenueTable, kind: string): string =>
    table.key.map((name) => `${kind}.${quoted(name)} = t.${quoted(name)}`).join(' AND ');
  const notIn = (table: VenueTable, kind: 'left_out' | 'postponed'): string =>
    `NOT EXISTS (SELECT 1 FROM ${temporary(kind, table)} ${kind} WHERE ${sameKey(table, kind)})`;

  function within(table: VenueTable, range: Pick<KeyRange, 'after' | 'through'>) {
    const conditions: string[] = [];
    const params: StoredValue[] = [];
    for (const [bound, sign] of [
      [range.after, '>'],
      [range.through, '<='],
    ] as const) {
      if (bound === null) continue;
      conditions.push(`${tuple(table.key)} ${sign} ${marks(table.key.length)}`);
      params.push(...bound);
    }
    return { conditions, params };
  }
  const where = (conditions: readonly string[]): string =>
    conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;

  function* hashed(table: VenueTable, rows: Iterable<StoredValue[]>): Generator<HashedKey> {
    const names = columnNames(table);
    const types = columnTypes(table);
    const places = table.key.map((name) => names.indexOf(name));
    for (const row of rows)
      yield { key: places.map((place) => row[place] ?? null), hash: rowHash(types, row) };
  }

  /** One after the other: a stretch of large rows is never in memory as a whole. */
  function* rangeRows(range: KeyRange, leaveOut: boolean): Generator<StoredValue[]> {
    const table = tableOf(range);
    const { conditions, params } = within(table, range);
    if (leaveOut && leavingOut.has(table.name)) conditions.push(notIn(table, 'left_out'));
    const sql = `SELECT ${list(columnNames(table))} FROM ${quoted(table.name)} t${where(conditions)}`;
    for (const row of prepared(sql)
      .raw()
      .iterate(...params))
      yield (row as StoredValue[]).map(plain);
  }

  const changedNumbers = (seq: number): number[] =>
    rowsOf('SELECT DISTINCT tbl FROM change_log WHERE seq > ?', [seq]).map(([number]) => Number(number));

  const side: VenueSide = {
    begin() {
      side.end();
      for (const name of leavingOut) connection.exec(`DELETE FROM ${temporary('left_out', { name })}`);
      leavingOut.clear();
      connection.exec('BEGIN');
      // The snapshot is that of the first read.
      const life = connection
        .prepare('SELECT epoch, appliance_id, capture, floor FROM change_log_life')
        .get() as
        | { epoch: bigint; appliance_id: string; capture: 'on' | 'given_up'; floor: bigint }
        | undefined;
      if (life === undefined) throw new Error('the database has no change log yet; start the appliance once');
      const last = connection.prepare('SELECT seq, tok FROM change_log ORDER BY seq DESC LIMIT 1').get() as
        | { seq: bigint; tok: bigint }
        | undefined;
      return {
        epoch: Number(life.epoch),
        applianceId: life.appliance_id,
        capture: life.capture,
        floor: Number(life.floor),
        seq: Number(last?.seq ?? 0),
        tok: Number(last?.tok ?? 0),
      };
    },
    tokenInLog(seq) {
      const [row] = rowsOf('SELECT tok FROM change_log WHERE seq = ?', [seq]);
      return row === undefined ? null : Number(row[0]);
    },

    leaveOutSince(seq) {
      const changed = changedNumbers(seq);
      for (const number of changed) {
        const table = byNumber.get(number);
        if (table === undefined) continue;
        const { name } = table;
        const parts = table.key.map((_, index) => `pk ->> '$[${index}]'`).join(', ');
        const key = table.key.length === 1 ? 'pk' : parts;
        connection
          .prepare(
            `INSERT OR IGNORE INTO ${temporary('left_out', { name })} SELECT ${key} FROM change_log WHERE seq > ? AND tbl = ?`,
          )
          .run(seq, number);
        leavingOut.add(name);
      }
    },
    tables: byName,

    keyAfter(table, after, count) {
      const { conditions, params } = within(table, { after, through: null });
      const keys = list(table.key);
      const names = table.key.map(quoted).join(', ');
      const sources = [
        quoted(table.name),
        ...(leavingOut.has(table.name) ? [temporary('left_out', table)] : []),
      ];
      const candidates = sources.map(
        (source) =>
          `SELECT * FROM (SELECT ${keys} FROM ${source} t${where(conditions)} ORDER BY ${keys} LIMIT 1 OFFSET ?)`,
      );
      const bound = sources.flatMap(() => [...params, count - 1]);
      return rowsOf(`${candidates.join(' UNION ALL ')} ORDER BY ${names} LIMIT 1`, bound)[0] ?? null;
    },
    sum: (range) => {
      const table = tableOf(range);
      const types = columnTypes(table);
      return rangeSum(mapped(rangeRows(range, true), (row) => rowHash(types, row)));
    },
    hashes: (range) => [...hashed(tableOf(range), rangeRows(range, true))],
    leftOut(range) {
      const table = tableOf(range);
      if (!leavingOut.has(table.name)) return [];
      const { conditions, params } = within(table, range);
      return rowsOf(
        `SELECT ${list(table.key)} FROM ${temporary('left_out', table)} t${where(conditions)}`,
        params,
      );
    },

    notLeftOut(table, keys) {
      if (!leavingOut.has(table.name)) return [...keys];
      const sql = `SELECT 1 FROM ${temporary('left_out', table)} t WHERE ${tuple(table.key)} = ${marks(table.key.length)}`;
      return keys.filter((key) => prepared(sql).get(...key) === undefined);
    },
    postpone() {
      for (const name of leavingOut) {
        connection.exec(
          `INSERT OR IGNORE INTO ${temporary('postponed', { name })} SELECT * FROM ${temporary('left_out', { name })}`,
        );
        waiting.add(name);
      }
      return side.postponedCount();
    },
    postponed(table, count) {
      if (!waiting.has(table.name)) return [];
      const conditions = leavingOut.has(table.name) ? [notIn(table, 'left_out')] : [];
      return rowsOf(
        `SELECT ${list(table.key)} FROM ${temporary('postponed', table)} t${where(conditions)} LIMIT ?`,
        [count],
      );
    },
    settle(table, keys) {
      const sql = `DELETE FROM ${temporary('postponed', table)} AS t WHERE ${tuple(table.key)} = ${marks(table.key.length)}`;
      for (const key of keys) prepared(sql).run(...key);
    },
    postponedCount() {
      let count = 0;
      for (const name of waiting)
        count += Number(rowsOf(`SELECT count(*) FROM ${temporary('postponed', { name })}`, [])[0]?.[0] ?? 0);
      return count;
    },
    hashesOf: (table, keys) => [
      ...hashed(
        table,
        keys.flatMap((key) => {
          const row = side.row(table, key);
          return row === null ? [] : [[...row]];
        }),
      ),
    ],
    count: (table) => Number(rowsOf(`SELECT count(*) FROM ${quoted(table.name)}`, [])[0]?.[0] ?? 0),
    countIn(range) {
      const table = tableOf(range);
      const { conditions, params } = within(table, range);
      return Number(
        rowsOf(`SELECT count(*) FROM ${quoted(table.name)} t${where(conditions)}`, params)[0]?.[0] ?? 0,
      );
    },
    changedSince: (seq) => changedNumbers(seq).flatMap((number) => byNumber.get(number)?.name ?? []),
    row(table, key) {
      const columns = list(columnNames(table));
      const sql = `SELECT ${columns} FROM ${quoted(table.name)} t WHERE ${tuple(table.key)} = ${marks(table.key.length)}`;
      return rowsOf(sql, key)[0] ?? null;
    },
    isReadable: (table, key) => {
      const row = side.row(table, key);
      const stored = side.storedRow(table, key);
      return (
        stored === null || stored.every((value, at) => Buffer.isBuffer(value) === Buffer.isBuffer(row?.[at]))
      );
    },
    storedRow(table, key) {
      const row = side.row(table, key);
      if (row?.some((value) => typeof value === 'string' && value.includes('\u{fffd}')) !== true) return row;
      const columns = table.columns.map(({ name }) => `CAST(t.${quoted(name)} AS BLOB)`).join(', ');
      const sql = `SELECT ${columns} FROM ${quoted(table.name)} t WHERE ${tuple(table.key)} = ${marks(table.key.length)}`;
      const bytes = rowsOf(sql, key)[0] as (Buffer | null)[] | undefined;
      return row.map((value, at) => {
        const kept = bytes?.[at];
        return typeof value !== 'string' || kept?.equals(Buffer.from(value)) !== false ? value : kept;
      });
    },
    end() {
      if (connection.inTransaction) connection.exec('COMMIT');
    },
    close() {
      connection.close();
    },
  };
  return side;
}

/** Integers as numbers where nothing is lost. */
const plain = (value: StoredValue): StoredValue =>
  typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
    ? Number(value)
    : value;

function* mapped<Item, Result>(items: Iterable<Item>, change: (item: Item) => Result): Generator<Result> {
  for (const item of items) yield change(item);
}
