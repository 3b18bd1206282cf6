import type { KeyRange } from '../shipping/batch.ts';
import type { VenueTable } from '../venue/venue-tables.ts';
import type { ReplicaSide } from './replica-side.ts';
import { keyTypes, rowText } from './row-hash.ts';
import type { HashedKey, Key, VenueSide } from './venue-side.ts';

/** A row that is not the same on both sides. */
export interface RowDifference {
  readonly table: VenueTable;
  readonly key: Key;
  readonly kind: 'differs' | 'only_venue' | 'only_replica';
}

/** Both sides, each in its snapshot; what has changed since the replica's is left out at the venue. */
export interface BothSides {
  readonly venue: VenueSide;
  readonly replica: ReplicaSide;
}

/** Rows of the venue that one sum is made of. */
export const rangeRows = 4_096;

/**
 * The stretch of `rangeRows` rows after `after`, as the venue divides its table; after the last one the stretch is
 * open, so that what only the replica has there is seen, too.
 */
export function nextRange(
  venue: VenueSide,
  table: VenueTable,
  after: Key | null,
  rows = rangeRows,
): KeyRange {
  let through = venue.keyAfter(table, after, rows);
  for (let more = rows + 1; through !== null && !isBoundary(through); more += 1)
    through = venue.keyAfter(table, after, more);
  return { table: table.name, after, through };
}

/** Both sides must be able to compare with it: no NUL, and no text that only stands for bytes that are none. */
const isBoundary = (key: Key): boolean =>
  key.every((value) => typeof value !== 'string' || !/[\0\u{fffd}]/u.test(value));

/**
 * Differences within a stretch, of rows that are not left out. One sum from each side says that there are none, which
 * is nearly always so; else the hashes of its rows, some fifty bytes each, tell which ones.
 */
export async function* differencesIn(
  { venue, replica }: BothSides,
  table: VenueTable,
  range: KeyRange,
): AsyncGenerator<RowDifference> {
  const leftOut = venue.leftOut(range);
  const theirs = replica.sum(table, range, leftOut);
  // Waits beside this work, which must not throw before it is awaited.
  theirs.catch(() => {});
  const ours = venue.sum(range);
  const { rows, sum } = await theirs;
  if (rows === ours.rows && sum === ours.sum) return;

  const unseen = byKey(table, venue.hashes(range));
  for await (const page of replica.hashes(table, range, leftOut)) yield* differencesOf(table, unseen, page);
  yield* onlyVenue(table, unseen);
}

/** Differences among rows named by their keys. */
export async function* differencesAmong(
  { venue, replica }: BothSides,
  table: VenueTable,
  keys: readonly Key[],
): AsyncGenerator<RowDifference> {
  const unseen = byKey(table, venue.hashesOf(table, keys));
  yield* differencesOf(table, unseen, await replica.hashesOf(table, keys));
  yield* onlyVenue(table, unseen);
}

/** Every difference of a table. Calls `onRange` after each stretch that was looked at. */
export async function* differencesOfTable(
  sides: BothSides,
  table: VenueTable,
  onRange: (rows: KeyRange) => void = () => {},
): AsyncGenerator<RowDifference> {
  let range = nextRange(sides.venue, table, null);
  for (;;) {
    yield* differencesIn(sides, table, range);
    onRange(range);
    if (range.through === null) return;
    range = nextRange(sides.venue, table, range.through);
  }
}

type Unseen = Map<string, HashedKey>;

const byKey = (table: VenueTable, rows: readonly HashedKey[]): Unseen =>
  new Map(rows.map((row) => [keyText(table, row.key), row]));

/** Keys as one text, the same for the same key. */
export const keyText = (table: VenueTable, key: Key): string => rowText(keyTypes(table), key);

function* differencesOf(
  table: VenueTable,
  unseen: Unseen,
  theirs: readonly HashedKey[],
): Generator<RowDifference> {
  for (const { key, hash } of theirs) {
    const name = keyText(table, key);
    const ours = unseen.get(name);
    unseen.delete(name);
    if (ours === undefined) yield { table, key, kind: 'only_replica' };
    else if (ours.hash !== hash) yield { table, key, kind: 'differs' };
  }
}

function* onlyVenue(table: VenueTable, unseen: Unseen): Generator<RowDifference> {
  for (const { key } of unseen.values()) yield { table, key, kind: 'only_venue' };
}
