import type { GameNotice, GameState, GuestAnswer, Rung } from '../../../contract/games.ts';
import {
  defineTable,
  integer,
  moment,
  nullable,
  type RowOf,
  real,
  text,
} from '../../platform/database/table.ts';

/** One player's turn at an attraction, from sign-up to completed. */
export const games = defineTable('games', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    player_id: text('identifier'),
    attraction: text('none'),
    state: text<GameState>('none'),
    /** Short spoken code, counted anew each event day. */
    ticket: text('none'),
    /** Unguessable code of the guest's own page. */
    code: text('identifier'),
    party_size: integer('none'),
    station_id: nullable(text('none')),
    /** Order in the queue, by counting and not by time: a clock that steps back moves nobody. */
    place: nullable(integer('none')),
    score: nullable(integer('personal')),
    /** Metres. */
    distance: nullable(real('personal')),
    homeruns: nullable(integer('personal')),
    recall_count: integer('none'),
    created_at: moment('none'),
    state_at: moment('none'),
    queued_at: nullable(moment('none')),
    recalled_at: nullable(moment('none')),
    grace_until: nullable(moment('none')),
    confirmed_at: nullable(moment('none')),
    played_at: nullable(moment('none')),
    completed_at: nullable(moment('none')),
    /** The last text to the guest, as staff see it on the row. */
    message_kind: nullable(text('none')),
    message_state: nullable(text('none')),
    message_reason: nullable(text('none')),
    /** While its rig is gone: when the game is given back. */
    interrupted_until: nullable(moment('none')),
    notice: nullable(text<GameNotice>('none')),
    /** How loudly a called guest is looked for, and why; NULL while nobody calls them. */
    rung: nullable(text<Rung>('none')),
    rung_reason: nullable(text('none')),
    rung_at: nullable(moment('none')),
    /** Grows over the whole venue with each call, reminder and rung. */
    call_number: nullable(integer('none')),
    /** What the guest last said about coming. */
    answer: nullable(text<GuestAnswer>('personal')),
    answered_at: nullable(moment('none')),
    /** The transition that `undo` would take back; NULL when there is none. */
    undoable: nullable(text('none')),
  },
});
export type GameRow = RowOf<typeof games>;

/** Every step of every game: who, which device, when, from, to, why. Rows are only ever added. */
export const gameTransitions = defineTable('game_transitions', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    game_id: text('identifier'),
    action: text('none'),
    from_state: nullable(text<GameState>('none')),
    to_state: text<GameState>('none'),
    at: moment('none'),
    actor_id: nullable(text('identifier')),
    actor: text('personal'),
    actor_role: text('none'),
    reason: nullable(text('personal')),
    /** JSON of the fields the step changed, as they were: what an undo puts back. */
    before: text('personal'),
    /** For an undo: the transition it took back. */
    undoes: nullable(text('none')),
  },
});
export type GameTransitionRow = RowOf<typeof gameTransitions>;

/** Numbers that are handed out once: places in the queue, tickets of a day. */
export const counters = defineTable('counters', {
  replication: 'replicated',
  key: ['name'],
  columns: { name: text('none'), value: integer('none') },
});
export type CounterRow = RowOf<typeof counters>;
