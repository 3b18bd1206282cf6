import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../platform/clock.ts';

export interface FakeClock extends Clock {
  /** Lets `ms` pass on both clocks. Timers run at their time, and the event loop turns after each. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock forward, or back when negative, while no time passes. */
  stepWall(ms: number): void;
}

interface Timer {
  due: number;
  readonly every: number | undefined;
  readonly task: () => void;
}

/** A clock that stands still until it is told. It begins at the same moment in every test. */
export function createFakeClock(startsAt = Date.UTC(2026, 5, 1, 12)): FakeClock {
  let monotonic = 1_000;
  let wall = startsAt - monotonic;
  const timers = new Set<Timer>();

  const set = (ms: number, task: () => void, every?: number) => {
    const timer: Timer = { due: monotonic + Math.max(ms, 1), every, task };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  const nextDue = (until: number): Timer | undefined =>
    [...timers].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)[0];

  return {
    now: () => wall + monotonic,
    monotonic: () => monotonic,
    after: (ms, task) => set(ms, task),
    deadline: (ms, task) => set(ms, task),
    every: (ms, task) => set(ms, task, ms),
    stepWall(ms) {
      wall += ms;
    },
    async advance(ms) {
      const until = monotonic + ms;
      await settle();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        monotonic = Math.max(monotonic, timer.due);
        if (timer.every === undefined) timers.delete(timer);
        else timer.due += timer.every;
        timer.task();
        await settle();
      }
      // Whoever else let time pass meanwhile may have come further.
      monotonic = Math.max(monotonic, until);
    },
  };
}

/** Enough turns of the loop for a chain of writes to be committed and its promises to be heard. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await nextTurn();
}
