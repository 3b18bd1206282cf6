import { OneEuroFilter } from '1eurofilter';
import { describe, expect, test } from 'vitest';
import type { CalibrationResult } from '../../../../contract/glove-calibration.ts';
import { fingers } from '../../../../contract/glove-frame.ts';
import { seededRandom } from '../../../testing/seeded-random.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { createPaddle } from './paddle.ts';
import { closedness } from './readings.ts';
import { bell, blocksOf, type Doing, reach } from './testing/blocks.ts';

const deadBand = 0.005;

/** Where the paddle is after each block. */
function paddled(
  blocks: readonly SampleBlock[],
  calibration: CalibrationResult | null = null,
  by = 'hand' as const,
) {
  const paddle = createPaddle();
  const closed = closedness(by, calibration);
  return blocks.map((block) => {
    const sample = closed(block);
    return sample === null ? null : (paddle.follow(block, sample) ?? null);
  });
}
const played = (curl: Doing['curl'] & {}, seconds: number, each = 1) =>
  paddled(blocksOf({ curl }, seconds, { each })).map((y) => y ?? Number.NaN);

/** Samples from when the movement is at `share` until what follows it is, between samples. */
function lag(followed: readonly number[], moved: (s: number) => number, share: number): number {
  const cross = (values: readonly number[]) => {
    const at = values.findIndex((value) => value >= share);
    const [before = 0, after = 1] = [values[at - 1], values[at]];
    return at - 1 + (share - before) / (after - before);
  };
  return cross(followed) - cross(followed.map((_, at) => moved(at / 100)));
}

describe('a paddle', () => {
  test.each([0.15, 0.3, 0.6])(
    'is behind a movement of %d s by no more than the filter, and that is little',
    (duration) => {
      const moved = (s: number) => reach(s, 1, duration);
      const filter = new OneEuroFilter(100, 1, 3, 1);
      const filtered = Array.from({ length: 300 }, (_, at) => filter.filter(moved(at / 100), at / 100));
      const behind = lag(played(moved, 3), moved, 0.5);
      expect(behind - lag(filtered, moved, 0.5), 'the dead band').toBeLessThan(0.35);
      expect(behind, 'samples').toBeLessThan(1.5);
    },
  );
  test('is as far behind at the end of an hour as at its beginning', () => {
    const moved = (s: number) => reach(s % 4, 1, 0.3) - reach(s % 4, 2.5, 0.3);
    const y = played(moved, 600, 2);
    const lagAt = (from: number) => {
      const cross = y.findIndex((value, at) => at >= from && value >= 0.5);
      return cross - from;
    };
    expect(lagAt(149 * 200)).toBe(lagAt(200));
  });
  test('follows a jump within four samples', () => {
    const y = played((s) => (s >= 1 ? 0.9 : 0.1), 2);
    expect(y[104]).toBeGreaterThan(0.8);
  });
  test('does not shake with a hand that rests', () => {
    const random = seededRandom(4);
    const noisy = () => 0.5 + 0.01 * bell(random);
    const y = played(noisy, 30).slice(300);
    const steps = y.slice(1).map((value, at) => Math.abs(value - (y[at] ?? 0)));
    expect(Math.max(...y) - Math.min(...y)).toBeLessThan(0.02);
    expect(steps.filter((step) => step > 0).length / steps.length, 'mostly it stands').toBeLessThan(0.05);
    expect(steps.filter((step) => step > 0 && step < deadBand)).toEqual([]);
  });
  test('goes to both ends and not beyond', () => {
    const y = played((s) => -0.3 + 1.6 * reach(s, 1, 0.5), 3);
    expect(Math.min(...y)).toBe(0);
    expect(Math.max(...y)).toBe(1);
    expect(y.at(-1)).toBe(1);
  });
  test('ends up where the hand is, to the dead band', () => {
    for (const end of [0.2, 0.37, 0.5, 0.81]) {
      const y = played((s) => end * reach(s, 0.5, 0.4), 4);
      expect(Math.abs((y.at(-1) ?? 0) - end)).toBeLessThan(deadBand);
    }
  });
  test('is where the hand is after a hole, at once', () => {
    const [before = [], after = []] = [
      blocksOf({ curl: () => 0.1 }, 1),
      blocksOf({ curl: () => 0.9 }, 1).map((block) => ({
        ...block,
        t0Us: block.t0Us + 3e6,
        seq: block.seq + 300,
      })),
    ];
    expect(paddled([...before, ...after])[before.length]).toBeCloseTo(0.9, 2);
  });
  test('is not moved by samples that come again, or by a time that stands', () => {
    const blocks = blocksOf({ curl: (s) => reach(s, 0, 1) }, 1);
    const again = blocks.flatMap((block) => [block, block]);
    const y = paddled(again);
    expect(y.every((value) => Number.isFinite(value))).toBe(true);
    expect(y.filter((_, at) => at % 2 === 0)).toEqual(paddled(blocks));
  });
});

describe('what steers', () => {
  const calibration: CalibrationResult = {
    channels: Object.fromEntries(
      fingers.map((finger, at) => [
        finger,
        finger === 'ring'
          ? { lo: 0.2, hi: 0.2, quality: 'poor' as const, reasons: ['did_not_move' as const] }
          : { lo: 0.1 * at, hi: 0.1 * at + 0.5, quality: 'good' as const, reasons: [] },
      ]),
    ),
    gyro_bias: null,
    pose: null,
    quality: 'usable',
    reasons: [],
  };
  const [raw] = blocksOf({ curl: () => 0.4 }, 0.02, { block: { calibrated: false } });
  const closedAt = (by: Parameters<typeof closedness>[0], given: CalibrationResult | null) =>
    raw === undefined ? undefined : closedness(by, given)(raw)?.(0);

  test('is one finger, by its own range', () => expect(closedAt('index', calibration)).toBeCloseTo(0.6));
  test('is the mean of those fingers that were calibrated', () => {
    expect(closedAt('hand', calibration)).toBeCloseTo((0.8 + 0.6 + 0.4 + 0) / 4);
  });
  test('is not a finger that was not calibrated', () =>
    expect(closedAt('ring', calibration)).toBeUndefined());
  test('is nothing without a calibration', () => expect(closedAt('hand', null)).toBeUndefined());
  test('is what the glove says where it scales itself', () => {
    const [own] = blocksOf({ curl: () => 0.4 }, 0.02, { block: { calibrated: false, deviceAuto: true } });
    expect(own && closedness('hand', null)(own)?.(1)).toBeCloseTo(0.4);
  });
});
