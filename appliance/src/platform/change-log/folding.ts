import type { Clock } from '../clock.ts';
import type { Transaction } from '../database/transaction.ts';
import { deleteEntries, type Entry, findEntriesBetween } from './change-log-store.ts';
import { commitMark } from './change-log-tables.ts';

const rowsAtOnce = 500;
/** As many keys are remembered during a pass, some 25 MB of them; more than these are folded less thoroughly. */
const mostKeys = 250_000;

export interface FoldingOptions {
  clock: Pick<Clock, 'monotonic'>;
  /** A slice ends after this long. */
  sliceMs: number;
  /** A pass is worth it when so many entries have come since the last one. */
  worthwhile: number;
}

/**
 * Folds what has not been sent: of several entries of one key the last is kept, and of the marks those that end
 * something, and the oldest, which says how long something has been waiting. It passes over the log from its end back
 * to the in-flight boundary, a slice at a time, and begins the next pass once the log has doubled; so every entry is
 * looked at about twice, and the log comes to about twice the keys that are in it.
 */
export function createFolding({ clock, sliceMs, worthwhile }: FoldingOptions) {
  const seen = new Set<string>();
  /** How far back this pass has come; undefined between passes. */
  let reached: number | undefined;
  let begunAt = 0;
  let kept = 0;
  let next = worthwhile;
  /** The mark that was come by last, while nothing was found that it ends. */
  let idleMark: number | undefined;

  function begin(newest: number): void {
    seen.clear();
    reached = newest + 1;
    begunAt = newest;
    kept = 0;
    idleMark = undefined;
  }

  function end(): void {
    seen.clear();
    reached = undefined;
    next = begunAt + Math.max(worthwhile, kept);
  }

  /** The entry that is not needed any more, now that this one is known: itself, a newer mark, or none. */
  function needlessAt({ seq, tbl, pk }: Entry): number | undefined {
    if (tbl === commitMark) {
      const needless = idleMark;
      idleMark = seq;
      return needless;
    }
    const key = `${tbl} ${typeof pk} ${Buffer.isBuffer(pk) ? pk.toString('base64') : pk}`;
    if (seen.has(key)) return seq;
    if (seen.size >= mostKeys) seen.clear();
    seen.add(key);
    idleMark = undefined;
    return undefined;
  }

  return {
    /**
     * Whether a slice would find something to do.
     * @param newest seq of the newest entry
     */
    isDue: (newest: number, sent: number): boolean =>
      reached !== undefined || (newest >= next && newest - sent >= worthwhile),

    /**
     * One slice; answers how many entries it removed. Entries up to `sent` are in a batch that is under way, and stay.
     */
    slice(tx: Transaction, newest: number, sent: number): number {
      const until = clock.monotonic() + sliceMs;
      let removed = 0;
      if (reached === undefined) begin(newest);
      while (reached !== undefined && clock.monotonic() < until) {
        const entries = tx.all(findEntriesBetween, { after: sent, before: reached, limit: rowsAtOnce });
        for (const entry of entries) {
          reached = entry.seq;
          kept += 1;
          const needless = needlessAt(entry);
          if (needless === undefined) continue;
          const gone = tx.run(deleteEntries, { from: needless, through: needless });
          kept -= gone;
          removed += gone;
        }
        if (entries.length < rowsAtOnce) end();
      }
      return removed;
    },
    /** The slice did not come about: what it removed is there again. */
    undone: end,
  };
}
export type Folding = ReturnType<typeof createFolding>;
