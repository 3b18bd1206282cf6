import type { Outcome } from './receiver.ts';

export interface Lane {
  /** `release` is called when the outcome is there and all before it are released. It must not throw. */
  enter(outcome: Outcome | Promise<Outcome>, release: (outcome: Outcome) => void): void;
  /** Nothing waits in it. */
  idle(): boolean;
}

/**
 * Work that was started in order is released in order, each when its own outcome is there and all before it are
 * released. Handlers of one connection so commit side by side, in one group, and are acknowledged as they were sent.
 * What is ready while nothing waits is released at once.
 */
export function createLane(): Lane {
  let last: Promise<void> | null = null;
  return {
    enter(outcome, release) {
      if (last === null && typeof outcome === 'string') {
        release(outcome);
        return;
      }
      const turn: Promise<void> = Promise.all([outcome, last]).then(([settled]) => {
        if (last === turn) last = null;
        release(settled);
      });
      last = turn;
    },
    idle: () => last === null,
  };
}
