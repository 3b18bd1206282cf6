import { createRowReader, type RowReader, type UnreadableRow } from '../venue/row-reader.ts';
import type { VenueView } from '../venue/venue-file.ts';
import type { VenueTable } from '../venue/venue-tables.ts';
import type { LogPosition, StoredValue, TableRows } from './batch.ts';
import { type ChangedKey, type ChangePlan, planAside, planInPlace } from './change-plan.ts';

/** How much goes into one batch. */
export interface BatchLimits {
  readonly keys: number;
  readonly bytes: number;
}

export const fullBatch: BatchLimits = { keys: 20_000, bytes: 16 * 1_048_576 };

/** The rows behind a stretch of the log, as they are now. */
export interface Changes {
  readonly to: LogPosition;
  readonly tables: readonly TableRows[];
  readonly unreadable: readonly UnreadableRow[];
  /** `to` is the newest entry: with these rows the cloud has all that the venue had at that moment. */
  readonly complete: boolean;
  /** When the newest transaction up to `to` was committed; null when the log does not tell. */
  readonly commitAt: number | null;
  /** Entries beyond `to`; exact when there are few. */
  readonly pending: number;
}

/** Reads what changed after a position. It remembers where it is in a long catch-up; everything else is in the view. */
export interface ChangeReader {
  read(view: VenueView, from: LogPosition, limits: BatchLimits): Changes;
  /** Forgets a catch-up: the cloud stands elsewhere. */
  restart(): void;
}

/** Up to here the log is looked through again for each batch; above, once for all of them. */
const readInPlace = 20_000;
/** Up to here what is pending is counted. */
const counted = 10_000;

export function createChangeReader(): ChangeReader {
  let aside: ChangePlan | undefined;

  function planFrom(view: VenueView, from: LogPosition): ChangePlan {
    if (aside !== undefined && from.seq < aside.end.seq) return aside;
    aside = view.head.seq - from.seq > readInPlace ? planAside(view, from) : undefined;
    return aside ?? planInPlace(view);
  }

  return {
    read(view, from, limits) {
      const plan = planFrom(view, from);
      const keys = plan.after(view, from.seq, limits.keys + 1);
      const { taken, rows } = readRows(view, keys.slice(0, limits.keys), limits.bytes);
      const to = taken === keys.length ? plan.end : (keys[taken - 1]?.last ?? plan.end);
      return {
        to,
        ...rows,
        complete: to.seq === view.head.seq,
        commitAt: newestCommit(view, from, to),
        pending: entriesBetween(view, to.seq),
      };
    },
    restart() {
      aside = undefined;
    },
  };
}

/** Reads the rows of the first keys, as many as fit; one at least. */
function readRows(view: VenueView, keys: readonly ChangedKey[], maxBytes: number) {
  const gathered = new Map<number, Gathered>();
  const unreadable: UnreadableRow[] = [];
  let bytes = 0;
  let taken = 0;
  for (const { table: number, pk } of keys) {
    if (bytes >= maxBytes) break;
    taken += 1;
    const table = view.tables.get(number);
    // A table that was dropped takes its changes with it.
    if (table === undefined) continue;
    let rows = gathered.get(number);
    if (rows === undefined) {
      const reader = createRowReader(view, table, (row) => unreadable.push(row));
      rows = { table, reader, upserts: [], deletes: [] };
      gathered.set(number, rows);
    }
    const key = keyOf(table, pk);
    const stored = rows.reader.byKey(key);
    if (stored === null) rows.deletes.push(key);
    else {
      bytes += sizeOf(stored);
      const row = rows.reader.exactly(stored, key);
      if (row !== null) rows.upserts.push(row);
    }
  }
  const tables = [...gathered.values()].map(({ table, reader, upserts, deletes }) => ({
    table: table.name,
    key: table.key,
    columns: reader.columns,
    upserts,
    deletes,
  }));
  return { taken, rows: { tables, unreadable } };
}

interface Gathered {
  readonly table: VenueTable;
  readonly reader: RowReader;
  readonly upserts: (readonly StoredValue[])[];
  readonly deletes: (readonly StoredValue[])[];
}

/** The log has a key of one column as its value, and one of several as a JSON array of them. */
export function keyOf(table: VenueTable, pk: StoredValue): readonly StoredValue[] {
  if (table.key.length === 1) return [pk];
  return JSON.parse(String(pk), exactInteger as Reviver) as StoredValue[];
}

type Reviver = (this: unknown, key: string, value: unknown) => unknown;
const exactInteger = (_key: string, value: unknown, context: { source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/u.test(context.source ?? '')
    ? BigInt(context.source ?? '')
    : value;

/** Roughly what a row weighs on its way. */
export function sizeOf(values: readonly StoredValue[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === 'string') bytes += value.length + 3;
    else if (Buffer.isBuffer(value)) bytes += value.length * 2 + 4;
    else bytes += 9;
  }
  return bytes;
}

/** The log's own marks tell when transactions were committed. */
function newestCommit(view: VenueView, from: LogPosition, to: LogPosition): number | null {
  const mark = view
    .rows('SELECT pk FROM change_log WHERE seq > ? AND seq <= ? AND tbl = 0 ORDER BY seq DESC LIMIT 1')
    .get(from.seq, to.seq) as [number] | undefined;
  return mark?.[0] ?? null;
}

/** Changes after `seq`: counted when there are few, else the length of the stretch. */
export function entriesBetween(view: VenueView, seq: number): number {
  const stretch = view.head.seq - seq;
  if (stretch <= 0 || stretch > counted) return Math.max(0, stretch);
  const [count] = view.rows('SELECT count(*) FROM change_log WHERE seq > ? AND tbl <> 0').get(seq) as [
    number,
  ];
  return count;
}
