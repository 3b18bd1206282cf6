export type Cancel = () => void;

/**
 * The only source of time. `now` is the wall clock, which operators and NTP may step; `monotonic` only goes forward
 * and is what durations and timers are measured with.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonic(): number;
  /** Runs `task` once after `ms`. The timer does not keep the process alive. */
  after(ms: number, task: () => void): Cancel;
  /** Runs `task` once after `ms`, and keeps the process alive until then: for the limits of an orderly stop. */
  deadline(ms: number, task: () => void): Cancel;
  /** Runs `task` every `ms`. The timer does not keep the process alive. */
  every(ms: number, task: () => void): Cancel;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  deadline(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  every(ms, task) {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** µs of a clock that all processes of this machine share and that only goes forward; it begins when the machine does. */
export const machineUs = (): number => Number(process.hrtime.bigint() / 1_000n);

export const sleep = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

/** Epoch milliseconds → UTC ISO 8601, the only notation of a moment outside the database. */
export const toMoment = (epochMs: number): string => new Date(epochMs).toISOString();
export const toMomentOrNull = (epochMs: number | null): string | null =>
  epochMs === null ? null : toMoment(epochMs);
