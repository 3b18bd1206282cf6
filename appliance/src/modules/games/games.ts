import type { GameAction, GameState } from '../../../contract/games.ts';
import type { GameRow } from './games-tables.ts';

type Step = Exclude<GameAction, 'undo'>;

/** From which states an action leads where. The first four states and `queue` from `recalled` are the seed's. */
const steps: Readonly<Record<Step, { from: readonly GameState[]; to: GameState }>> = {
  queue: { from: ['new', 'recalled', 'held', 'no_show'], to: 'queued' },
  recall: { from: ['queued'], to: 'recalled' },
  confirm: { from: ['new', 'recalled'], to: 'confirmed' },
  play: { from: ['confirmed'], to: 'playing' },
  complete: { from: ['playing'], to: 'completed' },
  hold: { from: ['queued', 'recalled'], to: 'held' },
  'no-show': { from: ['recalled', 'confirmed'], to: 'no_show' },
  cancel: { from: ['new', 'queued', 'recalled', 'confirmed', 'playing', 'held', 'no_show'], to: 'cancelled' },
  abort: { from: ['playing'], to: 'confirmed' },
  remind: { from: ['recalled'], to: 'recalled' },
};

const stepNames = Object.keys(steps) as Step[];

/** What may be done with the game now, in the order a screen offers it. */
export function allowedActions(game: Pick<GameRow, 'state' | 'undoable'>): GameAction[] {
  const allowed: GameAction[] = stepNames.filter((action) => steps[action].from.includes(game.state));
  return game.undoable === null ? allowed : [...allowed, 'undo'];
}

export const isAllowed = (game: Pick<GameRow, 'state' | 'undoable'>, action: GameAction): boolean =>
  action === 'undo' ? game.undoable !== null : steps[action].from.includes(game.state);

export interface StepContext {
  now: number;
  /** The next free place at the back of the queue; asked for by `queue` alone. */
  nextPlace: () => number;
  /** How long a called guest has; asked for by `recall` and `remind` alone. */
  graceMs: () => number;
  /** Where the guest plays, when that is known. */
  stationId: string | null;
  result: { score: number; distance: number | null; homeruns: number | null } | null;
}

/** A step, and an undo, say anew where the game is: what was with its rig before is over. */
const undisturbed = { interrupted_until: null, notice: null } as const;

/** The game after a step, pure. The caller has asked `isAllowed`. */
export function afterStep(game: GameRow, action: Step, context: StepContext): GameRow {
  const { now } = context;
  const moved = { ...game, ...undisturbed, state: steps[action].to, state_at: now, grace_until: null };
  switch (action) {
    case 'queue':
      return {
        ...moved,
        place: context.nextPlace(),
        queued_at: now,
        recalled_at: null,
        recall_count: 0,
        station_id: null,
      };
    case 'recall':
      return {
        ...moved,
        recalled_at: now,
        recall_count: game.recall_count + 1,
        grace_until: now + context.graceMs(),
      };
    case 'remind':
      return {
        ...moved,
        state_at: game.state_at,
        recall_count: game.recall_count + 1,
        grace_until: now + context.graceMs(),
      };
    case 'confirm':
      return { ...moved, confirmed_at: now, station_id: context.stationId };
    case 'play':
      return { ...moved, played_at: now, station_id: context.stationId };
    case 'complete':
      return { ...moved, completed_at: now, ...context.result };
    case 'abort':
      return { ...moved, played_at: null };
    case 'hold':
    case 'no-show':
    case 'cancel':
      return { ...moved, station_id: null };
  }
}

/** The fields a step may change and an undo puts back: not the identity, and not what was told to the guest. */
export const stepFields = [
  'state',
  'place',
  'station_id',
  'score',
  'distance',
  'homeruns',
  'recall_count',
  'state_at',
  'queued_at',
  'recalled_at',
  'grace_until',
  'confirmed_at',
  'played_at',
  'completed_at',
] as const satisfies readonly (keyof GameRow)[];

type StepFields = Pick<GameRow, (typeof stepFields)[number]>;

export const fieldsBefore = (game: GameRow): string =>
  JSON.stringify(Object.fromEntries(stepFields.map((name) => [name, game[name]])));

/**
 * The game as it was before its last transition. A guest who is called again by the undo has a full grace anew: the
 * old one may be over.
 * @param before what `fieldsBefore` wrote
 */
export function afterUndo(game: GameRow, before: string, now: number, graceMs: number): GameRow {
  const fields = JSON.parse(before) as StepFields;
  const graceUntil = fields.state === 'recalled' ? now + graceMs : null;
  return { ...game, ...fields, ...undisturbed, state_at: now, grace_until: graceUntil, undoable: null };
}

/** Played at a rig that is gone: it waits for the rig until `until`. A game that waits already waits no longer. */
export const afterInterruption = (game: GameRow, until: number): GameRow => ({
  ...game,
  interrupted_until: until,
  notice: 'rig_lost',
});

export const afterResumption = (game: GameRow): GameRow => ({
  ...game,
  interrupted_until: null,
  notice: 'rig_resumed',
});

/** `A042`; more digits when a day has more than 999 guests. */
export const ticketOf = (letter: string, number: number): string =>
  `${letter}${String(number).padStart(3, '0')}`;

/** The nearer to playing, the more likely meant; who is confirmed already has nothing left to answer. */
const meantFirst: readonly GameState[] = ['recalled', 'held', 'queued', 'confirmed', 'playing', 'no_show'];

/** Of the games of one phone, newest first, the one its owner means by an answer. */
export function meantGame<Game extends Pick<GameRow, 'state'>>(games: readonly Game[]): Game | undefined {
  const newestIn = (state: GameState) => games.find((game) => game.state === state);
  return meantFirst.map(newestIn).find((game) => game !== undefined);
}

/** A game in its first state, of which nothing is known yet. `created_at`: epoch milliseconds. */
export const newGame = (
  beginning: Pick<
    GameRow,
    'id' | 'player_id' | 'attraction' | 'ticket' | 'code' | 'party_size' | 'created_at'
  >,
): GameRow => ({
  ...beginning,
  state: 'new',
  state_at: beginning.created_at,
  station_id: null,
  place: null,
  score: null,
  distance: null,
  homeruns: null,
  recall_count: 0,
  queued_at: null,
  recalled_at: null,
  grace_until: null,
  confirmed_at: null,
  played_at: null,
  completed_at: null,
  message_kind: null,
  message_state: null,
  message_reason: null,
  rung: null,
  rung_reason: null,
  rung_at: null,
  call_number: null,
  answer: null,
  answered_at: null,
  interrupted_until: null,
  notice: null,
  undoable: null,
});
