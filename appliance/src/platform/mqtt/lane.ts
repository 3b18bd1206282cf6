import type { Outcome } from './receiver.ts';

export type Lane = (outcome: Outcome | Promise<Outcome>, release: (outcome: Outcome) => void) => void;

/**
 * Work that was started in order is released in order, each when its own outcome is there and all before it are
 * released. Handlers of one connection so commit side by side, in one group, and are acknowledged as they were sent.
 * What is ready while nothing waits is released at once. `release` must not throw.
 */
export function createLane(): Lane {
  let last: Promise<void> | null = null;
  return (outcome, release) => {
    if (last === null && typeof outcome === 'string') {
      release(outcome);
      return;
    }
    const turn: Promise<void> = Promise.all([outcome, last]).then(([settled]) => {
      if (last === turn) last = null;
      release(settled);
    });
    last = turn;
  };
}
