import type { CalibrationResult, Drift } from '../../../../contract/glove-calibration.ts';
import { fingers } from '../../../../contract/glove-frame.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { isTold } from './judging.ts';
import { normaliser } from './normaliser.ts';
import { median } from './signals.ts';

/** An open hand that is a larger share of the range away from the one that was calibrated is another open hand. */
export const mostDrift = 0.1;

const verdict = (shares: readonly (readonly [string, number])[]): Drift => ({
  drifted: shares.some(([, share]) => Math.abs(share) > mostDrift),
  fingers: Object.fromEntries(shares),
});

/** How far an open hand is from that of the calibration, by physical readings of its fingers. */
export function driftBetween(calibration: CalibrationResult, open: Readonly<Record<string, number>>): Drift {
  return verdict(
    fingers.flatMap((finger) => {
      const channel = calibration.channels[finger];
      const reading = open[finger];
      if (channel === undefined || reading === undefined || !isTold(channel)) return [];
      return [[finger, (reading - channel.lo) / (channel.hi - channel.lo)] as const];
    }),
  );
}

/** A hand rests when no finger moves by more of its range within this time. */
const restUs = 500_000;
const restShare = 0.04;
/** It rests open when the middle one of its fingers is open: then what a finger is beside it, it is by drift. */
const openShare = mostDrift;
/** Open for so long in all, before anything is said. */
const enoughUs = 2_000_000;
/** Of the rests, the lowest tenth counts: a hand that hangs half open has not drifted. */
const lowest = 0.1;
/** A sensor that drifted up does so at both ends; a finger that is just not stretched does not close further than a fist. */
const closings = 0.9;
const closedFurther = 1 + mostDrift / 2;

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

/**
 * Notices drift in what a player does anyway. Where the hand rested open long enough, the lowest rests of each finger are
 * where it is open now: below the open hand of the calibration no hand can be, above it only a finger that closes further
 * than before is said to have drifted. It says nothing of a hand that was never seen open, and cannot: a glove of which all
 * fingers drifted up and a hand that does not open any more look alike. For that there is the check.
 */
export function createDriftWatch(calibration: Pick<CalibrationResult, 'channels'>) {
  const normalised = normaliser(calibration);
  const watched = fingers.flatMap((finger) =>
    normalised(finger, 0) === undefined
      ? []
      : [{ finger, gathered: [] as number[], rests: [] as number[], closed: [] as number[] }],
  );
  let restedUs = 0;
  let run: string | null = null;
  let gatheredUs = 0;

  function forget(): void {
    for (const one of watched) one.gathered = [];
    gatheredUs = 0;
  }

  function lookAt(): void {
    for (const one of watched) one.closed.push(Math.max(...one.gathered));
    const isAtRest = watched.every(
      ({ gathered }) => Math.max(...gathered) - Math.min(...gathered) <= restShare,
    );
    const middles = watched.map(({ gathered }) => median(gathered));
    if (!isAtRest || median(middles) > openShare) return;
    restedUs += gatheredUs;
    for (const [index, one] of watched.entries()) one.rests.push(middles[index] ?? 0);
  }

  function shareOf({ rests, closed }: (typeof watched)[number]): number | undefined {
    const low = at(
      rests.toSorted((a, b) => a - b),
      lowest,
    );
    const closes = at(
      closed.toSorted((a, b) => a - b),
      closings,
    );
    return low > mostDrift && closes < closedFurther ? undefined : low;
  }

  return {
    take(block: SampleBlock): void {
      if (watched.length === 0) return;
      if (block.run !== run || block.lost > 0) forget();
      run = block.run;
      const { layout, values, count, dtUs } = block;
      for (const { finger, gathered } of watched) {
        const column = layout.channels.findIndex(({ name }) => name === finger);
        const channel = layout.channels[column];
        for (let sample = 0; channel !== undefined && sample < count; sample += 1) {
          const raw = values[sample * layout.channels.length + column] ?? 0;
          gathered.push(normalised(finger, raw * channel.scale + channel.offset) ?? 0);
        }
      }
      gatheredUs += count * dtUs;
      if (gatheredUs < restUs) return;
      if (watched.every(({ gathered }) => gathered.length > 0)) lookAt();
      forget();
    },
    /** Null while the hand was not open long enough to say. A finger of which nothing can be said is left out. */
    drift(): Drift | null {
      if (restedUs < enoughUs) return null;
      return verdict(
        watched.flatMap((one) => {
          const share = shareOf(one);
          return share === undefined ? [] : [[one.finger, share] as const];
        }),
      );
    },
  };
}
export type DriftWatch = ReturnType<typeof createDriftWatch>;
