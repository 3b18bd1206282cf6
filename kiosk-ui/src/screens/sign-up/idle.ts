export type IdleLimits = {
  /** Untouched for so long, and the tablet asks. */
  quietMs: number;
  /** Nobody answers for so long after that, and it starts afresh. */
  warningMs: number;
};

export type Idle = { state: 'active' } | { state: 'warning'; leftMs: number } | { state: 'gone' };

export function idleAt(touchedAt: number, now: number, { quietMs, warningMs }: IdleLimits): Idle {
  const leftMs = touchedAt + quietMs + warningMs - now;
  if (leftMs <= 0) return { state: 'gone' };
  return leftMs > warningMs ? { state: 'active' } : { state: 'warning', leftMs };
}
