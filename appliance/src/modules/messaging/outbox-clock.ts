import type { Clock } from '../../platform/clock.ts';
import { createDueTimes } from '../../platform/jobs/due-times.ts';

/**
 * The times that texts wait by. A wait stays as long as it is while somebody sets the wall clock: it is stored in the
 * frame in which the dispatcher last saw that clock, and moved when the dispatcher sees that the clock was set. How
 * long a text is worth sending is kept more strictly: a clock that goes forward may tell of a machine that slept, so
 * that time counts as gone.
 */
export function createOutboxClock(clock: Clock) {
  const dueTimes = createDueTimes(clock);
  const now = (): number => dueTimes.after(0);
  return {
    /** What waits end by. */
    now,
    /** What lives end by. */
    latest: (): number => Math.max(now(), clock.now()),
    /** By how many milliseconds what is stored is wrong. */
    step: dueTimes.step,
    /** What is stored was moved by `step`. */
    moved: dueTimes.moved,
  };
}
export type OutboxClock = ReturnType<typeof createOutboxClock>;
