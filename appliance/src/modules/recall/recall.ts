import type { Rung } from '../../../contract/games.ts';
import type { GameRow } from '../games/index.ts';

/**
 * When a called guest who has not answered is looked for more loudly, as shares of the grace: the venue sets the grace
 * for each attraction, and the ladder goes with it. Of three minutes the text has the first 45 seconds, which is how
 * long people take to feel a phone and read; the last 45 are for staff to find somebody on foot.
 */
export const ladder: readonly { readonly rung: Exclude<Rung, 'text'>; readonly share: number }[] = [
  { rung: 'board', share: 1 / 4 },
  { rung: 'tablet', share: 1 / 2 },
  { rung: 'staff', share: 3 / 4 },
];

const heights: Readonly<Record<Rung, number>> = { text: 0, board: 1, tablet: 2, staff: 3 };

export const isAbove = (rung: Rung, other: Rung): boolean => heights[rung] > heights[other];

/** The next step of the ladder after so long a share of the grace, and that share; undefined on the last. */
export const stepAfter = (share: number) => ladder.find((step) => step.share > share);

/** A text that is withdrawn because it is not needed says nothing about whether the guest can be reached. */
const withdrawn: ReadonlySet<string> = new Set(['not_needed', 'undone']);

/**
 * Why the text of a call does not reach the guest now, or null while it may. One that waits for a busy carrier is on
 * its way; one that waits for anything else leaves the guest uncalled, and so does one that is sent with a reason: its
 * carrier tells staff, and no phone.
 */
export function textFailure(state: string, reason: string | null): string | null {
  if (reason !== null && withdrawn.has(reason)) return null;
  if (state === 'pending') return reason === 'busy' ? null : reason;
  if (state === 'sent') return reason;
  return ['failed', 'expired', 'dropped', 'unknown'].includes(state) ? (reason ?? state) : null;
}

/** Why a guest whose time on a rung is over is looked for more loudly: nobody fails to answer what never arrived. */
export function reasonToClimb(game: Pick<GameRow, 'message_state' | 'message_reason'>): string {
  if (game.message_state === null) return 'unanswered';
  const waits = game.message_state === 'pending' || game.message_state === 'sending';
  return textFailure(game.message_state, game.message_reason) ?? (waits ? 'text_waits' : 'unanswered');
}
