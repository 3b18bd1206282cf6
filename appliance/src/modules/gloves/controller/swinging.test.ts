import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../testing/seeded-random.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { createSwingDetector } from './swinging.ts';
import { bell, blocksOf, steeringLayout, turning } from './testing/blocks.ts';

const start = 1_790_000_000_000_000;
type Turn = (s: number) => number;

function swingsIn(
  blocks: readonly SampleBlock[],
  calibration: Parameters<typeof createSwingDetector>[0] = null,
) {
  const detector = createSwingDetector(calibration);
  return blocks.flatMap((block) =>
    detector.take(block).map((swing) => ({
      ...swing,
      onset: (swing.onset_us - start) / 1e6,
      impact: (swing.impact_us - start) / 1e6,
      told: (block.t0Us + (block.count - 1) * block.dtUs - start) / 1e6,
    })),
  );
}
const swung = (turn: Turn, seconds = 4, more: Parameters<typeof blocksOf>[2] = {}) =>
  swingsIn(blocksOf({ turn }, seconds, more));

describe('a swing', () => {
  test.each([100, 200, 50])(
    'is told once, with when it began, when it hit and how fast, at %i Hz',
    (rate) => {
      const [swing, ...others] = swung((s) => turning(s, 1, 0.3, 18), 4, { rate });
      expect(others).toEqual([]);
      expect(Math.abs((swing?.impact ?? 0) - 1.15)).toBeLessThanOrEqual(1.5 / rate);
      // 16 u² (1 − u)² = 3/18 at u = 0.1153.
      expect(Math.abs((swing?.onset ?? 0) - 1.0346)).toBeLessThanOrEqual(2 / rate);
      expect(swing?.peak).toBeGreaterThan(17);
      expect(swing?.peak).toBeLessThanOrEqual(18.01);
    },
  );
  test('is told soon after it hit', () => {
    const [swing] = swung((s) => turning(s, 1, 0.25, 20), 3);
    expect((swing?.told ?? 9) - (swing?.impact ?? 0)).toBeLessThan(0.075);
  });
  test('has the angle from the address pose to the impact', () => {
    const [swing] = swung((s) => turning(s, 1, 0.3, 12), 3);
    // Half of the whole turn, 16/30 of peak × duration.
    expect(swing?.angle).toBeCloseTo((12 * 0.3 * 16) / 30 / 2, 1);
  });
  test('has the angle from where the hand addressed last, not from where it once was', () => {
    const [, second] = swung((s) => turning(s, 1, 0.3, 12) + turning(s, 3, 0.3, 12), 5);
    expect(second?.angle).toBeCloseTo((12 * 0.3 * 16) / 30 / 2, 1);
  });
  test('has no angle without orientation', () => {
    const layout = { id: 1, channels: steeringLayout.channels.filter(({ name }) => !name.startsWith('q')) };
    expect(swung((s) => turning(s, 1, 0.3, 12), 3, { layout })).toMatchObject([{ angle: null }]);
  });
  test('counts in either direction', () => {
    expect(swung((s) => -turning(s, 1, 0.3, 12))).toHaveLength(1);
  });
  test('is not doubled by what follows it before the hand rests', () => {
    const turn: Turn = (s) =>
      turning(s, 1, 0.3, 18) -
      turning(s, 1.28, 0.3, 9) +
      turning(s, 1.55, 0.25, 7) -
      turning(s, 1.78, 0.3, 6);
    expect(swung(turn)).toHaveLength(1);
  });
  test('is one of each that begins from rest', () => {
    const turn: Turn = (s) => turning(s, 1, 0.3, 18) + turning(s, 2, 0.3, 12) + turning(s, 3, 0.4, 9);
    expect(swung(turn, 5).map(({ peak }) => Math.round(peak))).toEqual([18, 12, 9]);
  });
  test('is none when the hand only turns', () => {
    expect(swung((s) => 4.5 * Math.sin(2 * Math.PI * s))).toEqual([]);
  });
  test('is none when one sample is far off', () => {
    expect(swung((s) => (Math.round(s * 100) === 150 ? 40 : 0))).toEqual([]);
  });
  test('is not made up over a hole', () => {
    const blocks = blocksOf({ turn: (s) => turning(s, 1, 0.3, 18) }, 3);
    const holed = blocks.filter((_, at) => at < 53 || at > 60);
    expect(swingsIn(holed)).toEqual([]);
  });
  test('survives two samples that were lost', () => {
    const blocks = blocksOf({ turn: (s) => turning(s, 1, 0.3, 18) }, 3);
    expect(swingsIn(blocks.filter((_, at) => at !== 54))).toHaveLength(1);
  });
  test('is measured without the bias of the gyroscope', () => {
    const turn: Turn = (s) => 2 + turning(s, 1, 0.3, 10);
    const calibration = { gyro_bias: [0, 0, 2] as [number, number, number], pose: null };
    const [swing] = swingsIn(blocksOf({ turn }, 3), calibration);
    expect(swing?.peak).toBeCloseTo(10, 0);
  });
});

test('whatever the hand does, swings are as many as there were', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed);
    const count = 1 + Math.floor(random() * 5);
    const swings = Array.from({ length: count }, (_, at) => ({
      start: 1 + at * 1.5 + random() * 0.3,
      duration: 0.18 + random() * 0.3,
      peak: (random() < 0.5 ? -1 : 1) * (7 + random() * 20),
    }));
    const turn: Turn = (s) =>
      swings.reduce((sum, one) => sum + turning(s, one.start, one.duration, one.peak), 0.15 * bell(random));
    expect(swung(turn, 2 + count * 1.5), `seed ${seed}`).toHaveLength(count);
  }
});
