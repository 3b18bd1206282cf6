import type { Clock } from '../clock.ts';
import type { Statements, Transaction } from '../database/transaction.ts';
import {
  deleteEntries,
  type Entry,
  findCommitFrom,
  findEntriesAfter,
  liftFloor,
} from './change-log-store.ts';
import { commitMark } from './change-log-tables.ts';

const rowsAtOnce = 500;

export interface Prunable {
  /** Entries from this seq on stay. */
  before: number;
  /** Only what was committed before this wall time goes; all of it when infinite. */
  committedBefore: number;
}

/**
 * Removes the oldest entries for up to `sliceMs`, lifts the floor to the last of them, and answers how many they were.
 */
export function prune(
  tx: Transaction,
  prunable: Prunable,
  { clock, sliceMs }: { clock: Pick<Clock, 'monotonic'>; sliceMs: number },
): number {
  const until = clock.monotonic() + sliceMs;
  let removed = 0;
  let through = 0;
  while (clock.monotonic() < until) {
    const next = lastToGo(tx, through, prunable);
    if (next === through) break;
    removed += tx.run(deleteEntries, { from: 0, through: next });
    through = next;
  }
  if (removed > 0) tx.run(liftFloor, { floor: through });
  return removed;
}

/** Seq of the last entry of the next few that may go; `after` when none may. */
export function lastToGo(
  read: Pick<Statements, 'all' | 'get'>,
  after: number,
  { before, committedBefore }: Prunable,
): number {
  const entries = read.all(findEntriesAfter, { after, limit: rowsAtOnce }).filter(({ seq }) => seq < before);
  const last = entries.at(-1)?.seq ?? after;
  if (committedBefore === Number.POSITIVE_INFINITY) return last;
  const isOld = (mark: Pick<Entry, 'pk'> | undefined) =>
    mark !== undefined && Number(mark.pk) < committedBefore;
  const marks = entries.filter(({ tbl }) => tbl === commitMark);
  // One large transaction: its mark is further on.
  if (marks.length === 0) return isOld(read.get(findCommitFrom, { from: last })) ? last : after;
  const young = marks.findIndex((mark) => !isOld(mark));
  return (young < 0 ? marks : marks.slice(0, young)).at(-1)?.seq ?? after;
}
