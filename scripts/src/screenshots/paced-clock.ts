import type { Clock } from '../../../appliance/src/platform/clock.ts';

export interface PacedClock extends Clock {
  /** From now on `pace` seconds pass in one. */
  setPace(pace: number): void;
}

/** A clock that can be hurried, so that a lunch rush takes two minutes and every duration on the screens is true. */
export function createPacedClock(startsAt: number): PacedClock {
  let [pace, passed, since] = [1, 0, performance.now()];
  const monotonic = () => passed + (performance.now() - since) * pace;
  const after = (ms: number, task: () => void) => {
    const timer = setTimeout(task, ms / pace);
    return () => clearTimeout(timer);
  };
  return {
    now: () => startsAt + Math.floor(monotonic()),
    monotonic,
    after,
    deadline: after,
    every(ms, task) {
      let cancel = after(ms, tick);
      function tick() {
        cancel = after(ms, tick);
        task();
      }
      return () => cancel();
    },
    setPace(next) {
      [passed, since, pace] = [monotonic(), performance.now(), next];
    },
  };
}
