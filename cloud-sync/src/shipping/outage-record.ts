import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Bookkeeping } from './bookkeeping.ts';

/** A link that is back sooner was not away: connections are made anew for many reasons. */
export const shortestOutageMs = 10_000;

/** Writes down when the venue was alone, and what it took to catch up. */
export interface OutageRecord {
  /** The cloud answered, after whatever time. `backlog`: changes that wait, and the newest of them. */
  linked(backlog: { changes: number; head: number }): void;
  /** Rows arrived, and the cloud has everything up to `seq`; `whole` unless a copy of everything is under way. */
  shipped(rows: number, seq: number, whole: boolean): void;
}

export function createOutageRecord(bookkeeping: Bookkeeping, clock: Pick<Clock, 'now'>): OutageRecord {
  let ranBefore = false;
  let open = bookkeeping.outagesOpen();

  return {
    linked({ changes, head }) {
      const { lastContactAt } = bookkeeping.standing();
      const now = clock.now();
      const wasAway = lastContactAt !== null && now - lastContactAt >= shortestOutageMs;
      // A venue that was switched off overnight was not cut off, unless it left something unsent.
      if (wasAway && (ranBefore || changes > 0)) {
        bookkeeping.outageEnded({ began_at: lastContactAt, ended_at: now, changes, until_seq: head });
        if (changes === 0) bookkeeping.outageGoesOn(lastContactAt, 0, now);
      }
      ranBefore = true;
      open = bookkeeping.outagesOpen();
      bookkeeping.contact();
    },
    shipped(rows, seq, whole) {
      if (open.length === 0) return;
      for (const { began_at, until_seq } of open)
        bookkeeping.outageGoesOn(began_at, rows, whole && seq >= until_seq ? clock.now() : null);
      open = bookkeeping.outagesOpen();
    },
  };
}
