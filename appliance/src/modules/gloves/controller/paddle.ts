import { OneEuroFilter } from '1eurofilter';
import type { SampleBlock } from '../stream/sample-block.ts';

/**
 * One Euro filter (Casiez, Roussel, Vogel, CHI 2012): a resting hand is filtered at `restHz`, a moving one the less the
 * faster it moves. For curls a second, `perSpeed` of 3 was measured at 100 Hz to leave a fifth of the noise of a resting
 * hand and to put a movement of 150 to 600 ms back by 9 to 11 ms; the 0.02 that is usual for pixels puts it back by 80 to
 * 105.
 */
const restHz = 1;
const perSpeed = 3;
const speedHz = 1;
/** A paddle that would move by less stays. */
const deadBand = 0.005;
/** After a longer hole the hand is somewhere else, and the paddle goes there at once. */
const longestHoleUs = 250_000;

const clamped = (x: number): number => Math.min(Math.max(x, 0), 1);

/** A paddle that follows a hand: how closed it is in each sample of a block → where the paddle is after the block. */
export function createPaddle() {
  let filter: OneEuroFilter | null = null;
  let run: string | null = null;
  /** Of the filter: so that its times are small numbers. */
  let beganUs = 0;
  let nextUs = 0;
  let at: number | null = null;

  return {
    /** 0 … 1; null while there was no reading. */
    follow(block: SampleBlock, closed: (sample: number) => number): number | null {
      const { t0Us, dtUs, count } = block;
      if (filter === null || block.run !== run || Math.abs(t0Us - nextUs) > longestHoleUs) {
        filter = new OneEuroFilter(1e6 / dtUs, restHz, perSpeed, speedHz);
        run = block.run;
        beganUs = t0Us;
        nextUs = t0Us;
      }
      let x: number | null = null;
      for (let sample = 0; sample < count; sample += 1) {
        const now = closed(sample);
        const us = t0Us + sample * dtUs;
        if (!Number.isFinite(now) || us < nextUs - dtUs / 2) continue;
        x = filter.filter(now, (us - beganUs) / 1e6);
        nextUs = us + dtUs;
      }
      if (x === null) return at;
      const y = clamped(x);
      const isAtEnd = y === 0 || y === 1;
      if (at === null || isAtEnd || Math.abs(y - at) >= deadBand) at = y;
      return at;
    },
  };
}
export type Paddle = ReturnType<typeof createPaddle>;
