/** How long to wait before trying again. */
export interface Backoff {
  /** Upper bound of the first wait, in milliseconds. It doubles with every attempt. */
  readonly baseMs: number;
  /** Upper bound of every wait. */
  readonly capMs: number;
}

export const defaultBackoff: Backoff = { baseMs: 1_000, capMs: 5 * 60_000 };

/**
 * Exponential with full jitter: anywhere between nothing and the bound, so that jobs which failed together do not
 * come back together. `random` answers from [0, 1).
 */
export function backoffMs(backoff: Backoff, failedAttempts: number, random: () => number): number {
  const bound = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(failedAttempts - 1, 30));
  return Math.round(random() * bound);
}
