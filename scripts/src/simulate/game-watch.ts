import type { GameState } from '../../../appliance/contract/games.ts';

export interface GameWatch {
  /** What the board shows has changed. */
  tell(gameId: string, state: GameState): void;
  /** The board was dark: every game that somebody waits for is looked up. */
  lookAgain(): Promise<void>;
  /** Resolves with the first of `states` that the game is in, now or later; rejects when `stop` is aborted. */
  until(gameId: string, states: readonly GameState[], stop: AbortSignal): Promise<GameState>;
}

/** Guests look at the board. `read` asks the appliance, for what the board may have missed. */
export function createGameWatch(read: (gameId: string) => Promise<GameState>): GameWatch {
  const shown = new Map<string, GameState>();
  const waiting = new Map<string, Set<(state: GameState) => void>>();

  function tell(gameId: string, state: GameState): void {
    shown.set(gameId, state);
    for (const look of waiting.get(gameId) ?? []) look(state);
  }

  return {
    tell,
    async lookAgain() {
      for (const gameId of waiting.keys()) tell(gameId, await read(gameId));
    },
    async until(gameId, states, stop) {
      stop.throwIfAborted();
      const now = shown.get(gameId);
      if (now !== undefined && states.includes(now)) return now;
      const { promise, resolve, reject } = Promise.withResolvers<GameState>();
      const look = (state: GameState) => {
        if (states.includes(state)) resolve(state);
      };
      const giveUp = () => reject(stop.reason);
      const lookers = waiting.get(gameId) ?? new Set();
      waiting.set(gameId, lookers.add(look));
      stop.addEventListener('abort', giveUp);
      try {
        return await promise;
      } finally {
        stop.removeEventListener('abort', giveUp);
        lookers.delete(look);
        if (lookers.size === 0) waiting.delete(gameId);
      }
    },
  };
}
