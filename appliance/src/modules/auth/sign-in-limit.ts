/** How many failures are let through, pure. Source of the figures: OWASP ASVS 5, 6.3.1. */
export const windowMs = 15 * 60_000;
/** Of one name from one address. */
export const failuresPerUser = 10;
export const failuresPerAddress = 100;

export interface Failures {
  readonly failures: number;
  readonly first_at: number;
}

/** A window that starts in the future belongs to a clock that was stepped back: it counts as over. */
const isOver = (known: Failures, now: number): boolean =>
  now - known.first_at >= windowMs || known.first_at > now;

/** Seconds to wait before the next try, or null when it may be tried now. */
export function secondsToWait(known: Failures | undefined, limit: number, now: number): number | null {
  if (known === undefined || isOver(known, now) || known.failures < limit) return null;
  return Math.ceil((known.first_at + windowMs - now) / 1000);
}

export function afterFailure(known: Failures | undefined, now: number): Failures {
  if (known === undefined || isOver(known, now)) return { failures: 1, first_at: now };
  return { failures: known.failures + 1, first_at: known.first_at };
}
