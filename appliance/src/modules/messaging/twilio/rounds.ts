import type { Clock } from '../../../platform/clock.ts';

export interface Rounds {
  start(): void;
  /** Has the next round after `ms`; a round that runs decides for itself when it ends. */
  next(ms: number): void;
  /** Calls off the round that runs, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** Work that is done again and again, one round at a time. Each answers after how many milliseconds the next is due. */
export function createRounds(
  clock: Pick<Clock, 'after'>,
  round: (signal: AbortSignal) => Promise<number>,
): Rounds {
  const stopped = new AbortController();
  let started = false;
  let running: Promise<void> | undefined;
  let cancel = () => {};

  function next(ms: number): void {
    if (!started || stopped.signal.aborted || running !== undefined) return;
    cancel();
    cancel = clock.after(ms, () => {
      running = round(stopped.signal).then((wait) => {
        running = undefined;
        next(wait);
      });
    });
  }

  return {
    start() {
      started = true;
      next(0);
    },
    next,
    async stop() {
      stopped.abort();
      cancel();
      await running;
    },
  };
}
