import type { PlayerChangeRow, PlayerEventRow } from './notifications-tables.ts';

/**
 * The number after `newest`, the greatest that is in use. It is a time where it can be, so that it also lies behind
 * those that were given out before the venue's data were put back to an earlier state: who stands at one of these
 * misses nothing that comes after. Where the clock has stepped back, it counts on.
 */
export const nextSeq = (newest: number, now: number): number => Math.max(newest + 1, now);

/** The end of a player's id, by which their cursor is told from another's. */
const markOf = (playerId: string): string => playerId.slice(-8);

export const cursorAt = (playerId: string, seq: number): string => `${seq}-${markOf(playerId)}`;

/** Where the cursor of this player stands; `foreign` for another player's, null for what is no cursor. */
export function seqOf(cursor: string, playerId: string): number | 'foreign' | null {
  const [, digits, mark] = /^(0|[1-9]\d{0,15})-([0-9a-f]{8})$/u.exec(cursor) ?? [];
  if (digits === undefined || mark === undefined) return null;
  const seq = Number(digits);
  if (!Number.isSafeInteger(seq)) return null;
  return mark === markOf(playerId) ? seq : 'foreign';
}

/** The first `limit` of both in their order, and where they end. Each list is in order, and whole or as long. */
export function firstOf(
  changes: readonly PlayerChangeRow[],
  events: readonly PlayerEventRow[],
  limit: number,
): { changes: PlayerChangeRow[]; events: PlayerEventRow[]; end: number | undefined; more: boolean } {
  const seqs = [...changes, ...events].map(({ seq }) => seq).toSorted((a, b) => a - b);
  const end = seqs.slice(0, limit).at(-1);
  const isWithin = ({ seq }: { seq: number }) => end !== undefined && seq <= end;
  return {
    changes: changes.filter(isWithin),
    events: events.filter(isWithin),
    end,
    more: seqs.length > limit,
  };
}
