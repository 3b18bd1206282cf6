import { smallest } from '../venue/row-reader.ts';
import type { VenueView } from '../venue/venue-file.ts';
import type { LogPosition, StoredValue } from './batch.ts';

/** A key that changed, at the last of its changes. */
export interface ChangedKey {
  readonly table: number;
  /** As the log has it: the value of the key, or a JSON array of its values. */
  readonly pk: StoredValue;
  readonly last: LogPosition;
}

/** What is to be shipped, oldest last change first: a key appears once, however often it changed. */
export interface ChangePlan {
  /** The end of the log when the plan was made. */
  readonly end: LogPosition;
  /** At most `count` keys whose last change is after `seq`. */
  after(view: VenueView, seq: number, count: number): ChangedKey[];
}

/** The entries after `from`, looked at where they are. For stretches that are short enough to be looked at again. */
export const planInPlace = (view: VenueView): ChangePlan => ({
  end: view.head,
  after: (now, seq, count) =>
    changedKeys(
      now,
      `SELECT tbl, pk, max(seq), tok FROM change_log WHERE seq > ? AND seq <= ? AND tbl <> 0
       GROUP BY tbl, pk ORDER BY max(seq) LIMIT ?`,
      [seq, view.head.seq, count],
    ),
});

/**
 * The entries after `from`, folded once into a table of the reader's own: a long catch-up goes through the log once
 * and not once for every part. It holds the tokens too, because the appliance folds the log meanwhile and an entry
 * can be gone from it when its part is sent.
 */
export function planAside(view: VenueView, from: LogPosition): ChangePlan {
  view.temporary(
    'CREATE TEMP TABLE IF NOT EXISTS change_plan (seq INTEGER PRIMARY KEY, tbl INTEGER, pk ANY, tok INTEGER) STRICT',
  );
  view.temporary('DELETE FROM temp.change_plan');
  view.temporary(
    `INSERT INTO temp.change_plan (seq, tbl, pk, tok)
     SELECT max(seq), tbl, pk, tok FROM main.change_log WHERE seq > ? AND tbl <> 0 GROUP BY tbl, pk`,
    from.seq,
  );
  return {
    end: view.head,
    after: (now, seq, count) =>
      changedKeys(now, 'SELECT tbl, pk, seq, tok FROM temp.change_plan WHERE seq > ? ORDER BY seq LIMIT ?', [
        seq,
        count,
      ]),
  };
}

function changedKeys(view: VenueView, sql: string, params: readonly unknown[]): ChangedKey[] {
  const keys = view.rows(sql).all(...params) as [number, StoredValue, number, number][];
  const large = keys.some(([, pk]) => typeof pk === 'number' && !Number.isSafeInteger(pk));
  const exact = large ? (view.rows(sql, 'exact').all(...params) as StoredValue[][]) : undefined;
  return keys.map(([table, pk, seq, tok], at) => ({
    table,
    pk: smallest(exact?.[at]?.[1] ?? pk),
    last: { seq, tok },
  }));
}
