import type { GameRow } from '../games/index.ts';
import type { MessageKind } from './messaging-tables.ts';

/** A text leaves this long after the call, so that an undo right away takes it back too. */
export const undoGraceMs = 5_000;

/** The text of a call. No link and no word that a carrier reads as an opt-out; one segment for usual names. */
export function callText(
  kind: MessageKind,
  call: { site: string; attraction: string; game: GameRow; now: number },
): string {
  const { site, attraction, game, now } = call;
  const minutes = Math.max(1, Math.round(((game.grace_until ?? now) - now) / 60_000));
  const within = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return kind === 'recall'
    ? `${site}: ticket ${game.ticket}, it is your turn at ${attraction}! Please come within ${within}.`
    : `${site}: ticket ${game.ticket}, we are still waiting for you at ${attraction}. Please come within ${within}.`;
}

/** Why a text may not be sent at all, or null when it may. */
export function reasonNotToText(
  player: { phone: string | null },
  consents: { sms: boolean },
): 'no_phone' | 'no_consent' | null {
  if (player.phone === null) return 'no_phone';
  return consents.sms ? null : 'no_consent';
}
