import type { Presence } from '../../../contract/devices.ts';
import type { GameState } from '../../../contract/games.ts';
import type { GameResult, LifeEvent, RigEventOutcome } from '../../../contract/rigs.ts';

export type RigStep = 'play' | 'complete' | 'abort';

/** What becomes of an event: what it does to the game, and what is said of it. */
export interface Verdict {
  readonly outcome: RigEventOutcome;
  /** Why it was not applied. */
  readonly code: string | null;
  readonly steps: readonly RigStep[];
}

/** What is known of a game when a rig speaks of it. */
export interface KnownGame {
  readonly state: GameState;
  readonly result: GameResult | null;
  /** It is at this rig's station, or has none and this rig took it. */
  readonly isAtRig: boolean;
  /** A person took the turn off the rig: what the rig still says of that turn is over. */
  readonly isTakenAway: boolean;
}

interface Said {
  readonly type: string;
  readonly seq: number;
  readonly result: GameResult | null;
}

const lifeEvents: readonly string[] = ['started', 'progress', 'completed', 'aborted'] satisfies LifeEvent[];
export const isOfLife = (type: string): boolean => lifeEvents.includes(type);

const verdict = (outcome: RigEventOutcome, code: string | null, ...steps: RigStep[]): Verdict => ({
  outcome,
  code,
  steps,
});
const applied = (...steps: RigStep[]) => verdict('applied', null, ...steps);

const onTheFloor: readonly GameState[] = ['confirmed', 'playing', 'completed'];

/**
 * What an event does, whatever the order in which the events of a rig arrive: where the game is follows from the one
 * with the highest `seq`, and a result counts whenever it comes.
 * @param latest highest `seq` so far of an event of this series that moves the game; -1 for none
 */
export function judge(said: Said, game: KnownGame | undefined, latest: number): Verdict {
  if (game === undefined) return verdict('ignored', 'unknown_game');
  const { state } = game;
  const matters = said.type === 'started' || said.type === 'completed';
  if (!onTheFloor.includes(state)) return verdict(matters ? 'conflict' : 'ignored', `game_${state}`);
  if (!game.isAtRig) return verdict(isOfLife(said.type) ? 'conflict' : 'ignored', 'not_at_this_rig');
  if (said.type === 'completed') return judgeResult(said.result, game);
  if (!isOfLife(said.type)) return applied();
  if (state === 'completed') return verdict('late', 'game_completed');
  if (said.seq < latest) return verdict('late', 'later_event_known');
  if (said.type === 'aborted') return state === 'playing' ? applied('abort') : applied();
  if (state === 'playing') return applied();
  if (said.type === 'progress' && game.isTakenAway) return verdict('late', 'taken_away');
  return applied('play');
}

function judgeResult(result: GameResult | null, game: KnownGame): Verdict {
  if (game.state === 'confirmed') return applied('play', 'complete');
  if (game.state === 'playing') return applied('complete');
  return isSame(result, game.result) ? applied() : verdict('conflict', 'other_result');
}

const isSame = (a: GameResult | null, b: GameResult | null): boolean =>
  a?.score === b?.score &&
  (a?.distance ?? null) === (b?.distance ?? null) &&
  (a?.homeruns ?? null) === (b?.homeruns ?? null);

/** Whether a rig that is there has the game that is being played at its station. */
export type Possession = 'has' | 'has_not' | 'unsaid';

/**
 * @param said the game it says it plays, null for none; undefined from a rig that does not speak of games: then
 * `busy` means that it plays, `idle` that it does not
 */
export function possession(presence: Presence, said: string | null | undefined, gameId: string): Possession {
  if (said !== undefined) return said === gameId ? 'has' : 'has_not';
  if (presence === 'busy') return 'has';
  return presence === 'idle' ? 'has_not' : 'unsaid';
}
