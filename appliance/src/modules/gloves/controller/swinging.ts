import type { CalibrationResult } from '../../../../contract/glove-calibration.ts';
import type { Swing } from '../../../../contract/glove-control.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { columnsOf, reading } from './readings.ts';

/** rad/s. Faster than `onset` a swing may have begun; one that never gets to `least` was none. */
const onset = 3;
const least = 5;
/** The fastest moment is over when the hand has slowed down to this share of it. */
const slowed = 0.85;
/** A swing is over, and another may begin, when the hand was slower than this for so long. */
const quiet = 1.5;
const quietUs = 150_000;
/** Slower than this for so long, the hand addresses the ball. */
const addressing = 0.6;
const addressUs = 200_000;
/** A peak this many times as high as what is beside it was no hand's. */
const suddenly = 1.25;
/** What happened in a longer hole is not known, an impact included. */
const longestHoleUs = 50_000;

type Quaternion = readonly [number, number, number, number];

interface Turning {
  /** rad/s. */
  readonly speed: number;
  readonly us: number;
  readonly orientation: Quaternion | null;
}

/** The angle, in radians, by which one orientation is turned from the other. */
function angleBetween(one: Quaternion, other: Quaternion): number | null {
  const length = Math.hypot(...one) * Math.hypot(...other);
  if (!(length > 0)) return null;
  const dot = one.reduce((sum, value, axis) => sum + value * (other[axis] ?? 0), 0);
  return 2 * Math.acos(Math.min(Math.abs(dot) / length, 1));
}

/** Speed of the middle one, without what is too sudden for a hand: a peak far above, or a drop below, both others. */
function steadied(before: Turning, { speed }: Turning, after: Turning): number {
  const high = Math.max(before.speed, after.speed);
  const low = Math.min(before.speed, after.speed);
  return speed > suddenly * high + 0.5 ? high : Math.max(speed, low);
}

/**
 * Finds swings in what the hand turns by. A swing is told when its fastest moment has passed, once, whatever the hand does
 * until it comes to rest. It looks one sample behind, so that a single bad one is no swing.
 */
export function createSwingDetector(calibration: Pick<CalibrationResult, 'gyro_bias' | 'pose'> | null) {
  const bias = calibration?.gyro_bias ?? [0, 0, 0];
  let address: Quaternion | null = calibration?.pose ?? null;
  let state: 'ready' | 'swinging' | 'over' = 'over';
  let began = 0;
  let fastest: Turning = { speed: 0, us: 0, orientation: null };
  let quietSinceUs: number | null = null;
  let addressingSinceUs: number | null = null;
  let last: readonly Turning[] = [];
  let run: string | null = null;
  let nextUs = 0;

  /** What was seen before is of no use any more. */
  function forget(): void {
    last = [];
    state = 'over';
    quietSinceUs = null;
    addressingSinceUs = null;
  }

  const sinceWhile = (since: number | null, holds: boolean, us: number): number | null =>
    holds ? (since ?? us) : null;

  function follow({ speed, us, orientation }: Turning): Omit<Swing, 'type' | 'n'> | null {
    quietSinceUs = sinceWhile(quietSinceUs, speed < quiet, us);
    addressingSinceUs = sinceWhile(addressingSinceUs, speed < addressing, us);
    if (addressingSinceUs !== null && us - addressingSinceUs >= addressUs) address = orientation ?? address;
    if (quietSinceUs !== null && us - quietSinceUs >= quietUs) state = 'ready';

    if (state === 'ready' && speed > onset) {
      state = 'swinging';
      began = us;
      fastest = { speed, us, orientation };
    }
    if (state !== 'swinging') return null;
    if (speed > fastest.speed) fastest = { speed, us, orientation };
    if (fastest.speed < least || speed > slowed * fastest.speed) return null;
    state = 'over';
    const turned =
      address === null || fastest.orientation === null ? null : angleBetween(address, fastest.orientation);
    return { onset_us: began, impact_us: fastest.us, peak: fastest.speed, angle: turned };
  }

  return {
    /** The swings whose fastest moment has passed by the end of the block: hardly ever more than one. */
    take(block: SampleBlock): Omit<Swing, 'type' | 'n'>[] {
      const gyro = columnsOf(block.layout, ['gx', 'gy', 'gz']);
      if (gyro === null) return [];
      if (block.run !== run || Math.abs(block.t0Us - nextUs) > longestHoleUs) forget();
      run = block.run;
      nextUs = block.t0Us + block.count * block.dtUs;
      const turn = columnsOf(block.layout, ['qw', 'qx', 'qy', 'qz']);
      const found: Omit<Swing, 'type' | 'n'>[] = [];
      for (let sample = 0; sample < block.count; sample += 1) {
        const speed = Math.hypot(
          ...gyro.map((column, axis) => reading(block, sample, column) - (bias[axis] ?? 0)),
        );
        const us = Math.round(block.t0Us + sample * block.dtUs);
        const [w, x, y, z] = (turn ?? []).map((column) => reading(block, sample, column));
        const orientation: Quaternion | null =
          w === undefined || x === undefined || y === undefined || z === undefined ? null : [w, x, y, z];
        last = [...last.slice(-2), { speed, us, orientation }];
        const [before, now, after] = last;
        if (before === undefined || now === undefined || after === undefined) continue;
        const swing = follow({ ...now, speed: steadied(before, now, after) });
        if (swing !== null) found.push(swing);
      }
      return found;
    },
  };
}
export type SwingDetector = ReturnType<typeof createSwingDetector>;
