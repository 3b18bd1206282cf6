import type { Clock } from '../clock.ts';

/** Clocks that are only slewed stay within this. */
const toleranceMs = 50;

/**
 * Makes a wait of so many milliseconds last so many milliseconds, whatever becomes of the wall clock. Waits are
 * stored as wall times of one `frame` (wall minus monotonic); when the wall clock is found to have left the frame by
 * a step, the stored times are moved by that step and the frame with them.
 */
export function createDueTimes(clock: Clock) {
  let frame = clock.now() - clock.monotonic();
  return {
    /** The wall time to store for a wait that begins now. */
    after: (ms: number): number => Math.round(clock.monotonic() + frame + ms),
    /** By how many milliseconds the stored waits are wrong; 0 when the clock was not stepped. */
    step(): number {
      const step = Math.round(clock.now() - clock.monotonic() - frame);
      return Math.abs(step) < toleranceMs ? 0 : step;
    },
    /** The stored waits were moved by `step`. */
    moved(step: number): void {
      frame += step;
    },
  };
}
export type DueTimes = ReturnType<typeof createDueTimes>;
