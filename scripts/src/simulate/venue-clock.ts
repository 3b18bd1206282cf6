import { setTimeout as delay } from 'node:timers/promises';

/** Time as the venue lives it: `pace` seconds of it pass in one of ours. */
export interface VenueClock {
  readonly pace: number;
  /** Seconds since the doors opened. */
  now(): number;
  /** Rejects with an `AbortError` when the simulation stops. */
  sleep(seconds: number): Promise<void>;
  /** Resolves at once when `enough` is aborted. */
  sleepUnless(enough: AbortSignal, seconds: number): Promise<void>;
}

export function createVenueClock(pace: number, stop: AbortSignal): VenueClock {
  const opened = performance.now();
  const real = (seconds: number) => (seconds / pace) * 1000;
  return {
    pace,
    now: () => ((performance.now() - opened) / 1000) * pace,
    sleep: (seconds) => delay(real(seconds), undefined, { signal: stop }),
    sleepUnless: (enough, seconds) =>
      delay(real(seconds), undefined, { signal: AbortSignal.any([enough, stop]) }).catch(() => undefined),
  };
}
