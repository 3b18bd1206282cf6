import type { CronSlots } from './cron-slots.ts';

/** A slot that is found later than this was missed. */
export const missedAfterMs = 60_000;

/** What a look found: a slot that is due, one that came due while nobody looked, or nothing. */
export type Finding = 'due' | 'missed' | undefined;

export interface Look {
  /** The clock on the venue's wall: see `localTimeIn`. */
  readonly local: number;
  /** Wall time since the look before; infinite for the first. */
  readonly sinceLookMs: number;
  /** Time that really passed since the last run began; infinite when that is not known. */
  readonly sinceRunMs: number;
}

/**
 * Where a schedule is among its slots, on a clock that may leap either way. Each slot is found once. When the clock
 * goes back, the slots ahead come again: one that has been is found again only if at least half of the usual time
 * since its predecessor has really passed. So a daily run stays daily over the end of summer time and over a
 * correction by seconds, and a run every minute does not fall silent for the three hours a clock was set back.
 */
export function createCourse(slots: CronSlots, local: number, lastRun: number | undefined) {
  const never = Number.NEGATIVE_INFINITY;
  const latest = (at: number): number => slots.latest(at) ?? never;
  let before = local;
  let found = latest(Math.min(local, lastRun ?? local));
  let highest = latest(lastRun ?? local);

  return {
    look({ local: now, sinceLookMs, sinceRunMs }: Look): Finding {
      if (now < before) found = Math.min(found, latest(now - 1_000));
      before = now;
      const slot = latest(now);
      if (slot <= found) return undefined;
      found = slot;
      const isRepeated = slot <= highest;
      highest = Math.max(highest, slot);
      if (isRepeated && sinceRunMs < (slot - latest(slot - 1)) / 2) return undefined;
      return Math.min(now - slot, sinceLookMs) > missedAfterMs ? 'missed' : 'due';
    },
  };
}
export type Course = ReturnType<typeof createCourse>;
