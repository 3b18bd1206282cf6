import type { GameState } from '../../../appliance/contract/games.ts';

/** A game as the broker tells of it. */
export interface SeenGame {
  readonly id: string;
  readonly state: GameState;
  readonly station_id: string | null;
}

export type RigMove = { do: 'play' | 'abort'; gameId: string };

/**
 * What a rig that plays nothing should do. A game that is said to be played here was begun before the rig lost its
 * power: it is given back first, so that the guest plays again from the start.
 */
export function rigMove(seen: Iterable<SeenGame>, stationId: string): RigMove | null {
  const here = [...seen].filter((game) => game.station_id === stationId);
  const lost = here.find(({ state }) => state === 'playing');
  if (lost !== undefined) return { do: 'abort', gameId: lost.id };
  const next = here.find(({ state }) => state === 'confirmed');
  return next === undefined ? null : { do: 'play', gameId: next.id };
}
