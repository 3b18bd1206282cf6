import type { Game, GameAction, GameState } from '@dugout/appliance/contract/games.ts';

/** What staff do most in each state: at most two verbs stand on the row, the rest wait in its menu. */
const foremost: Record<GameState, readonly GameAction[]> = {
  new: ['queue', 'confirm'],
  queued: ['recall', 'hold'],
  recalled: ['confirm', 'remind'],
  confirmed: ['play', 'no-show'],
  playing: ['complete', 'abort'],
  held: ['queue', 'cancel'],
  no_show: ['queue', 'cancel'],
  completed: [],
  cancelled: [],
};

export type RowVerbs = { foremost: readonly GameAction[]; others: readonly GameAction[] };

/** Only what the appliance allows is offered; which of it stands in front is ours to say. */
export function verbsOf({ state, allowed }: Pick<Game, 'state' | 'allowed'>): RowVerbs {
  const front = foremost[state].filter((verb) => allowed.includes(verb));
  return { foremost: front, others: allowed.filter((verb) => !front.includes(verb)) };
}
