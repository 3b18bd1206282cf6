import type { Clock } from '../../platform/clock.ts';

/**
 * How fast a carrier is given texts: a token bucket that holds `burst` and fills by `perMinute`, on the monotonic
 * clock, so that a wall clock that is set makes neither a flood nor a silence.
 */
export function createPace(
  clock: Pick<Clock, 'monotonic'>,
  { burst, perMinute }: { burst: number; perMinute: number },
) {
  const msPerToken = 60_000 / perMinute;
  let tokens = burst;
  let filledAt = clock.monotonic();
  let heldUntil = 0;

  function fill(): void {
    const now = clock.monotonic();
    tokens = Math.min(burst, tokens + (now - filledAt) / msPerToken);
    filledAt = now;
  }

  /** Milliseconds until the next token; 0 when one is there. */
  function readyInMs(): number {
    fill();
    const forToken = tokens >= 1 ? 0 : (1 - tokens) * msPerToken;
    return Math.ceil(Math.max(forToken, heldUntil - clock.monotonic(), 0));
  }

  return {
    readyInMs,
    /** Takes a token; false when there is none. */
    take(): boolean {
      if (readyInMs() > 0) return false;
      tokens -= 1;
      return true;
    },
    giveBack(): void {
      tokens = Math.min(burst, tokens + 1);
    },
    /** The carrier has asked to be left alone for so long. */
    hold(ms: number): void {
      heldUntil = Math.max(heldUntil, clock.monotonic() + ms);
    },
  };
}
export type Pace = ReturnType<typeof createPace>;
