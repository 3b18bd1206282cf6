import { createRowReader, smallest, type UnreadableRow } from '../venue/row-reader.ts';
import type { VenueView } from '../venue/venue-file.ts';
import { quoted, quotedList, type VenueTable } from '../venue/venue-tables.ts';
import type { BootstrapCursor, RangeReplacement, StoredValue } from './batch.ts';
import { type BatchLimits, sizeOf } from './change-reader.ts';

/** The next piece of a copy, and where it goes on; null when this was the last. */
export interface Piece {
  readonly ranges: readonly RangeReplacement[];
  readonly unreadable: readonly UnreadableRow[];
  readonly cursor: BootstrapCursor | null;
}

interface Chunk extends Omit<Piece, 'ranges'> {
  readonly range: RangeReplacement;
}

export const fullChunk: BatchLimits = { keys: 5_000, bytes: 8 * 1_048_576 };

/** Where a copy of everything begins; null when there is no table. */
export function firstCursor(view: VenueView): BootstrapCursor | null {
  return firstOf(tablesInOrder(view)[0]);
}

/**
 * Reads on from `cursor`, table by table in the order of their names, rows in the order of their keys, as much as fits.
 * A table that has gone meanwhile is passed over.
 */
export function readPiece(view: VenueView, from: BootstrapCursor, limits: BatchLimits): Piece {
  const ranges: RangeReplacement[] = [];
  const unreadable: UnreadableRow[] = [];
  let cursor: BootstrapCursor | null = from;
  let { keys, bytes } = limits;
  while (cursor !== null && keys > 0 && bytes > 0) {
    const chunk: Chunk | null = readChunk(view, cursor, { keys, bytes });
    cursor = chunk?.cursor ?? null;
    if (chunk === null) break;
    ranges.push(chunk.range);
    unreadable.push(...chunk.unreadable);
    keys -= chunk.range.rows.length + chunk.unreadable.length;
    for (const row of chunk.range.rows) bytes -= sizeOf(row);
  }
  return { ranges, unreadable, cursor };
}

/** Null when nothing is left. */
function readChunk(view: VenueView, cursor: BootstrapCursor, limits: BatchLimits): Chunk | null {
  const tables = tablesInOrder(view);
  const at = tables.findIndex(({ name }) => name >= cursor.table);
  const table = tables[at];
  if (table === undefined) return null;
  const after = table.name === cursor.table ? cursor.after : null;
  const unreadable: UnreadableRow[] = [];
  const reader = createRowReader(view, table, (row) => unreadable.push(row));
  const rows: (readonly StoredValue[])[] = [];
  const key = quotedList(table.key);
  const sql = `SELECT ${quotedList(reader.columns)} FROM ${quoted(table.name)}
    ${after === null ? '' : `WHERE (${key}) > (${table.key.map(() => '?').join(', ')})`} ORDER BY ${key}`;
  // Keys that may be beyond 2^53 are read exactly, since rows are found by them.
  const isText = table.columns.every(({ name, type }) => !table.key.includes(name) || type === 'TEXT');
  let bytes = 0;
  let read = 0;
  let through: readonly StoredValue[] | null = null;
  const found = view.rows(sql, isText ? undefined : 'exact').iterate(...(after ?? []));
  for (const row of found as IterableIterator<StoredValue[]>) {
    const values = isText ? row : row.map(smallest);
    if ((read >= limits.keys || bytes >= limits.bytes) && isBoundary(through)) return chunk(true);
    read += 1;
    bytes += sizeOf(values);
    through = reader.keyOf(values);
    const exact = reader.exactly(values, through);
    if (exact !== null) rows.push(exact);
  }
  return chunk(false);

  function chunk(more: boolean): Chunk {
    const { name, key: keyColumns } = table as VenueTable;
    const place = more ? { table: name, after: through } : firstOf(tables[at + 1]);
    return {
      range: {
        table: name,
        key: keyColumns,
        after,
        through: more ? through : null,
        columns: reader.columns,
        rows,
        ...(cursor.orphans === undefined ? {} : { orphans: cursor.orphans }),
      },
      unreadable,
      cursor: place === null ? null : { ...cursor, ...place },
    };
  }
}

/** The cloud cannot tell what comes after a key that it cannot hold. */
const isBoundary = (key: readonly StoredValue[] | null): boolean =>
  key?.every((value) => typeof value !== 'string' || !/[\0\u{fffd}]/u.test(value)) ?? false;

const firstOf = (table: VenueTable | undefined): BootstrapCursor | null =>
  table === undefined ? null : { table: table.name, after: null };

const tablesInOrder = (view: VenueView): VenueTable[] =>
  [...view.tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
