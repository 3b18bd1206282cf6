import type { Clock } from '../clock.ts';
import type { Transaction } from '../database/transaction.ts';
import { deleteEntries, type Entry, findEntriesAfter } from './change-log-store.ts';
import { commitMark } from './change-log-tables.ts';

const rowsAtOnce = 500;
/** As many keys are remembered during a pass, some 25 MB of them; folding goes on with fewer when there are more. */
const mostKeys = 250_000;

export interface FoldingOptions {
  clock: Pick<Clock, 'monotonic'>;
  /** A slice ends after this long. */
  sliceMs: number;
  /** A pass is worth it when so many entries have come since the last one. */
  worthwhile: number;
}

/**
 * Folds what has not been sent: of several entries of one key the last is kept, and of several marks in a row the
 * first, which still says how long something has been waiting. It passes over the log from the in-flight boundary to
 * the end, a slice at a time, and begins the next pass once the log has doubled; so every entry is looked at about
 * twice, and the log comes to at most twice the keys that are in it.
 */
export function createFolding({ clock, sliceMs, worthwhile }: FoldingOptions) {
  const seqOfKey = new Map<string, number>();
  /** How far this pass has come; undefined between passes. */
  let reached: number | undefined;
  let afterMark = false;
  let kept = 0;
  let next = worthwhile;

  function begin(sent: number): void {
    seqOfKey.clear();
    reached = sent;
    kept = 0;
    afterMark = false;
  }

  function end(at: number): void {
    seqOfKey.clear();
    reached = undefined;
    next = at + Math.max(worthwhile, kept);
  }

  /** Answers the seq of the entry that is not needed any more because of this one; its own, when it is a mark too many. */
  function outdatedBy({ seq, tbl, pk }: Entry): number | undefined {
    if (tbl === commitMark) {
      const isSecond = afterMark;
      afterMark = true;
      return isSecond ? seq : undefined;
    }
    afterMark = false;
    if (seqOfKey.size >= mostKeys) seqOfKey.clear();
    const key = `${tbl} ${typeof pk} ${Buffer.isBuffer(pk) ? pk.toString('base64') : pk}`;
    const before = seqOfKey.get(key);
    seqOfKey.set(key, seq);
    return before;
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
    slice(tx: Transaction, sent: number): number {
      const until = clock.monotonic() + sliceMs;
      let removed = 0;
      if (reached === undefined || reached < sent) begin(sent);
      while (reached !== undefined && clock.monotonic() < until) {
        const entries = tx.all(findEntriesAfter, { after: reached, limit: rowsAtOnce });
        for (const entry of entries) {
          reached = entry.seq;
          const outdated = outdatedBy(entry);
          if (outdated === undefined || outdated <= sent) kept += 1;
          else removed += tx.run(deleteEntries, { from: outdated, through: outdated });
        }
        if (entries.length < rowsAtOnce) end(reached);
      }
      return removed;
    },
    /** The slice did not come about: what it removed is there again. */
    undone(): void {
      seqOfKey.clear();
      reached = undefined;
    },
  };
}
export type Folding = ReturnType<typeof createFolding>;
