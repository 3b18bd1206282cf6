import type { Game, GameTransition } from '../../../contract/games.ts';
import { toMoment, toMomentOrNull } from '../../platform/clock.ts';
import type { LastChange } from '../../platform/http/remote.ts';
import { allowedActions } from './games.ts';
import type { GameChange } from './games-events.ts';
import type { GameWithPlayer } from './games-store.ts';
import type { GameRow, GameTransitionRow } from './games-tables.ts';

/** Makes the address of a guest's own page from the game's code. */
export type PageUrl = (code: string) => string;

/** Who sees how to reach the guest; a rig needs the name alone. */
const seesContacts = (role: string): boolean => role === 'admin' || role === 'staff' || role === 'tablet';

export function gameView(row: GameWithPlayer, role: string, pageUrl: PageUrl): Game {
  const contacts = seesContacts(role);
  return {
    id: row.id,
    state: row.state,
    ticket: row.ticket,
    attraction: row.attraction,
    party_size: row.party_size,
    player_id: row.player_id,
    player: {
      id: row.player_id,
      name: row.player_name,
      phone: contacts ? row.player_phone : null,
      email: contacts ? row.player_email : null,
      has_photo: row.player_photo !== null,
    },
    station_id: row.station_id,
    score: row.score,
    distance: row.distance,
    homeruns: row.homeruns,
    recall_count: row.recall_count,
    created_at: toMoment(row.created_at),
    queued_at: toMomentOrNull(row.queued_at),
    recalled_at: toMomentOrNull(row.recalled_at),
    grace_until: toMomentOrNull(row.grace_until),
    confirmed_at: toMomentOrNull(row.confirmed_at),
    played_at: toMomentOrNull(row.played_at),
    completed_at: toMomentOrNull(row.completed_at),
    state_at: toMoment(row.state_at),
    interrupted_until: toMomentOrNull(row.interrupted_until),
    notice: row.notice,
    page_url: pageUrl(row.code),
    message:
      row.message_kind === null || row.message_state === null
        ? null
        : { kind: row.message_kind, state: row.message_state, reason: row.message_reason },
    recall: recallOf(row),
    answer:
      row.answer === null || row.answered_at === null
        ? null
        : { said: row.answer, at: toMoment(row.answered_at) },
    allowed: allowedActions(row),
  };
}

function recallOf({ rung, rung_reason: reason, rung_at: at, call_number: call }: GameRow): Game['recall'] {
  if (rung === null || at === null || call === null) return null;
  return { rung, reason, at: toMoment(at), call };
}

/** A game's steps, oldest first, each marked when a later one took it back. */
export function historyView(rows: readonly GameTransitionRow[]): GameTransition[] {
  const undone = new Set(rows.map((row) => row.undoes));
  return rows.map((row) => ({
    id: row.id,
    action: row.action,
    from: row.from_state,
    to: row.to_state,
    at: toMoment(row.at),
    actor: row.actor,
    actor_role: row.actor_role,
    reason: row.reason,
    undone: undone.has(row.id),
  }));
}

/** What somebody did to a game, to follow “it was”. */
const deeds: Readonly<Record<GameChange['action'], string>> = {
  create: 'signed up',
  queue: 'queued',
  recall: 'called',
  confirm: 'confirmed',
  play: 'started',
  complete: 'completed',
  hold: 'put on hold',
  'no-show': 'marked as a no-show',
  cancel: 'cancelled',
  abort: 'stopped',
  remind: 'called again',
  undo: 'put one step back',
  interrupt: 'interrupted',
  resume: 'resumed',
};

export const lastChangeView = ({
  actor,
  action,
  at,
}: Pick<GameTransitionRow, 'actor' | 'action' | 'at'>): LastChange => ({
  by: actor,
  at,
  what: deeds[action as GameChange['action']],
});
