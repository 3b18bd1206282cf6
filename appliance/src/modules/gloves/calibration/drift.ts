import type { CalibrationResult, Drift } from '../../../../contract/glove-calibration.ts';
import { fingers } from '../../../../contract/glove-frame.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { isTold } from './judging.ts';
import { normaliser } from './normaliser.ts';
import { columnsOf, median } from './signals.ts';

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

/**
 * Notices drift in what a player does anyway. Where the hand rested open long enough, the lowest rests of each finger
 * are where it is open now. It says nothing of a hand that was never seen open, and cannot: a glove of which all fingers
 * drifted together and a hand that does not open any more look alike. For that there is the check.
 */
export function createDriftWatch(calibration: CalibrationResult) {
  const normalised = normaliser(calibration);
  const watched = fingers.filter((finger) => normalised(finger, 0) !== undefined);
  const rests = new Map<string, number[]>(watched.map((finger) => [finger, []]));
  let restedUs = 0;
  let run: string | null = null;
  let gathered: Record<string, number[]> = {};
  let gatheredUs = 0;

  const begin = () => {
    gathered = Object.fromEntries(watched.map((finger) => [finger, []]));
    gatheredUs = 0;
  };
  begin();

  function lookAt(): void {
    const isAtRest = watched.every((finger) => {
      const shares = gathered[finger] ?? [];
      return Math.max(...shares) - Math.min(...shares) <= restShare;
    });
    const middles = watched.map((finger) => median(gathered[finger] ?? []));
    if (!isAtRest || median(middles) > openShare) return;
    restedUs += gatheredUs;
    for (const [at, finger] of watched.entries()) rests.get(finger)?.push(middles[at] ?? 0);
  }

  return {
    take(block: SampleBlock): void {
      if (watched.length === 0) return;
      if (block.run !== run || block.lost > 0) begin();
      run = block.run;
      const columns = columnsOf(block);
      for (const finger of watched) {
        for (const reading of columns[finger] ?? []) {
          gathered[finger]?.push(normalised(finger, reading) ?? 0);
        }
      }
      gatheredUs += block.count * block.dtUs;
      if (gatheredUs < restUs) return;
      lookAt();
      begin();
    },
    /** Null while the hand was not open long enough to say. */
    drift(): Drift | null {
      if (restedUs < enoughUs) return null;
      return verdict(
        watched.map((finger) => {
          const sorted = (rests.get(finger) ?? []).toSorted((a, b) => a - b);
          return [finger, sorted[Math.floor((sorted.length - 1) * lowest)] ?? 0] as const;
        }),
      );
    },
  };
}
export type DriftWatch = ReturnType<typeof createDriftWatch>;
