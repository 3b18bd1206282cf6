import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingers } from '../../../../contract/glove-frame.ts';
import { type MetricKey, metricDefinitions, metricKeys } from '../../../../contract/metrics.ts';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { analyse } from './analysis.ts';
import type { Recording } from './recording.ts';
import {
  aGame,
  aRecording,
  aStretch,
  cueSeconds,
  gameStartUs,
  reactionSeconds,
  sampled,
  wholeHand,
} from './testing/synthetic-motion.ts';

const cuesOf = (seconds: number) => cueSeconds(seconds).map((at) => gameStartUs + at * 1e6);
const wave = (t: number) => 0.5 - 0.5 * Math.cos(2 * Math.PI * 0.8 * t);

const reasons = (recordings: readonly Recording[], cues: readonly number[] = []) =>
  Object.fromEntries(
    Object.entries(analyse(recordings, cues).metrics).map(([key, { reason }]) => [key, reason]),
  );

/** What has to hold of any input. */
function isSound(recordings: readonly Recording[], cues: readonly number[] = []): void {
  const { metrics } = analyse(recordings, cues);
  expect(Object.keys(metrics)).toEqual([...metricKeys]);
  for (const key of metricKeys) {
    const { value, unit, quality, reason } = metrics[key];
    const { least, most, unit: expected } = metricDefinitions[key];
    expect(unit).toBe(expected);
    expect(quality).toBeGreaterThanOrEqual(0);
    expect(quality).toBeLessThanOrEqual(1);
    if (value === null) {
      expect(reason).toMatch(/^[a-z_]+$/u);
      expect(quality).toBe(0);
    } else {
      expect(reason).toBeNull();
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    }
  }
}

describe('a game of three minutes', () => {
  const channels = aGame(180, 100);
  const { metrics } = analyse([aRecording([aStretch(channels)])], cuesOf(180));
  const measured = (key: MetricKey) => metrics[key].value ?? Number.NaN;

  test('is measured in everything but symmetry', () => {
    const absentKeys = metricKeys.filter((key) => metrics[key].value === null);
    expect(absentKeys).toEqual(['symmetry']);
    expect(metrics.symmetry.reason).toBe('one_hand');
    isSound([aRecording([aStretch(channels)])], cuesOf(180));
  });

  test('comes out as it was made', () => {
    fingers.forEach((finger, i) => {
      expect(Math.abs(measured(`rom_${finger}`) - (0.9 - 0.05 * i))).toBeLessThan(0.06);
      // A minimum-jerk movement without its slowest 5 % at both ends, with a sensor's noise.
      expect(Math.abs(measured(`sparc_${finger}`) + 1.4)).toBeLessThan(0.15);
    });
    expect(measured('reps')).toBe(cueSeconds(180).length);
    expect(measured('cadence')).toBeCloseTo(20, 1);
    expect(measured('regularity')).toBeLessThan(0.01);
    expect([measured('hesitations'), measured('halts')]).toEqual([0, 0]);
    expect(Math.abs(measured('decrement'))).toBeLessThan(0.001);
    expect(measured('decrement_ratio')).toBeCloseTo(1, 1);
    expect(Math.abs(measured('steadiness') - 0.05)).toBeLessThan(0.003);
    expect(measured('steadiness_frequency')).toBeCloseTo(6, 1);
    expect(Math.abs(measured('reaction_time') - reactionSeconds * 1000)).toBeLessThan(45);
    expect(measured('reaction_spread')).toBeLessThan(30);
    expect(measured('coverage')).toBeGreaterThan(0.5);
  });

  test('is the same in pieces of ten seconds that come in disorder, with samples lost', () => {
    const pieces = Array.from({ length: 18 }, (_, i) =>
      aStretch(
        Object.fromEntries(
          Object.entries(channels).map(([name, signal]) => [name, signal.slice(i * 1000, (i + 1) * 1000)]),
        ),
        { t0Us: gameStartUs + i * 10e6 },
      ),
    ).reverse();
    for (const { channels: piece } of pieces)
      for (const signal of Object.values(piece)) signal.fill(Number.NaN, 400, 404);
    const inPieces = analyse([aRecording(pieces)], cuesOf(180)).metrics;
    for (const key of metricKeys) {
      const { value } = inPieces[key];
      if (key === 'symmetry') continue;
      expect(Math.abs((value ?? Number.NaN) - measured(key))).toBeLessThan(
        0.02 * Math.max(1, Math.abs(measured(key))),
      );
    }
  });

  test('is measured alike at 70 Hz', () => {
    const at70 = analyse([aRecording([aStretch(aGame(180, 70), { rateHz: 70 })])], cuesOf(180)).metrics;
    expect(at70.reps.value).toBe(measured('reps'));
    expect(Math.abs((at70.sparc_index.value ?? 0) - measured('sparc_index'))).toBeLessThan(0.1);
    expect(Math.abs((at70.rom_index.value ?? 0) - measured('rom_index'))).toBeLessThan(0.01);
  });
});

test('the range of motion of a slow wave is that of its percentiles', () => {
  const { metrics } = analyse([aRecording([aStretch(wholeHand(sampled(30, 100, wave)))])], []);
  for (const finger of fingers) expect(metrics[`rom_${finger}`].value).toBeCloseTo(0.98661, 5);
  expect(metrics.rom_index.quality).toBe(1);
  expect(metrics.reps.value).toBe(24);
  expect(metrics.cadence.value).toBeCloseTo(48, 6);
});

describe('nothing is made up', () => {
  const curl = wholeHand(sampled(30, 100, wave));
  const gyro = { gx: sampled(30, 100, wave), gy: sampled(30, 100, wave), gz: sampled(30, 100, wave) };

  test.each<[string, readonly Recording[], string]>([
    ['no recording', [], 'no_recording'],
    ['an empty recording', [aRecording([])], 'no_curl'],
    ['one sample', [aRecording([aStretch({ index: Float64Array.of(0.5) })])], 'too_short'],
    [
      'half of it missing',
      [aRecording([aStretch({ index: sampled(30, 100, (t) => (t % 1 < 0.5 ? 0.5 : Number.NaN)) })])],
      'too_much_missing',
    ],
    [
      'raw values of a converter',
      [
        aRecording([aStretch({ index: sampled(30, 100, () => 2047) })], {
          why: 'uncalibrated',
          comparable: false,
        }),
      ],
      'uncalibrated',
    ],
    [
      'a scale that the glove moves',
      [aRecording([aStretch(curl)], { why: 'device_auto', comparable: false })],
      'device_auto',
    ],
    [
      'a sample every half second',
      [aRecording([aStretch({ index: sampled(60, 2, wave) }, { rateHz: 2 })])],
      'rate_too_low',
    ],
    [
      'fourteen hours of it',
      [aRecording([aStretch({ index: new Float64Array(504_000) }, { rateHz: 10 })])],
      'too_long',
    ],
    ['quaternions alone', [aRecording([aStretch({ qw: sampled(30, 100, () => 1) })])], 'no_curl'],
  ])('%s', (_name, recordings, reason) => {
    expect(reasons(recordings)['rom_index']).toBe(reason);
    isSound(recordings);
  });

  test('one finger alone is measured, the others are not there', () => {
    const { metrics } = analyse([aRecording([aStretch({ index: sampled(30, 100, wave) })])], []);
    expect(metrics.reps.value).toBe(24);
    expect(metrics.rom_index.value).toBeCloseTo(0.98661, 5);
    expect(metrics.rom_thumb).toEqual({ value: null, unit: '1', quality: 0, reason: 'no_curl' });
  });

  test('a broken finger does not take the hand with it', () => {
    const channels = { ...curl, ring: new Float64Array(3000).fill(Number.NaN) };
    const { metrics } = analyse([aRecording([aStretch(channels)])], []);
    expect(metrics.rom_ring.reason).toBe('too_much_missing');
    expect(metrics.reps.value).toBe(24);
  });

  test('a finger that does not move has a range of nothing and no smoothness', () => {
    const { metrics } = analyse([aRecording([aStretch({ index: sampled(30, 100, () => 0.3) })])], []);
    expect(metrics.rom_index.value).toBe(0);
    expect(metrics.sparc_index.reason).toBe('too_few_movements');
    expect(metrics.reps.value).toBe(0);
    expect(metrics.cadence.reason).toBe('too_few_repetitions');
  });

  test('without gyroscope, acceleration or cues what rests on them is absent', () => {
    expect(reasons([aRecording([aStretch(curl)])])).toMatchObject({
      sparc_wrist: 'no_gyroscope',
      ldlj: 'no_gyroscope',
      steadiness: 'no_gyroscope',
      reaction_time: 'no_cues',
    });
    expect(reasons([aRecording([aStretch(gyro)])])).toMatchObject({
      ldlj: 'no_acceleration',
      reps: 'no_curl',
    });
  });

  test('a value outside its range is none', () => {
    const wild = sampled(30, 100, (t) => (t % 2 < 1 ? -0.9 : 1.9));
    const { rom_index } = analyse([aRecording([aStretch({ index: wild })])], []).metrics;
    expect(rom_index).toEqual({ value: null, unit: '1', quality: 0, reason: 'out_of_range' });
  });

  test('a slow recording has repetitions and no smoothness', () => {
    const slow = [aRecording([aStretch({ index: sampled(30, 10, wave) }, { rateHz: 10 })])];
    expect(analyse(slow, []).metrics.reps.value).toBe(24);
    expect(reasons(slow)['sparc_index']).toBe('rate_too_low');
  });

  test('a few missing samples change little, and are said', () => {
    const random = seededRandom(5);
    const holed = sampled(60, 100, (t) => (random() < 0.04 ? Number.POSITIVE_INFINITY : wave(t)));
    const { rom_index, reps } = analyse([aRecording([aStretch({ index: holed })])], []).metrics;
    expect(rom_index.value).toBeCloseTo(0.98661, 2);
    expect(reps.value).toBe(48);
    expect(rom_index.quality).toBeLessThan(0.98);
  });
});

describe('several recordings', () => {
  const half = (hand: 'left' | 'right', reach: number, more: Partial<Recording> = {}) =>
    aRecording([aStretch(wholeHand(sampled(30, 100, (t) => reach * wave(t))))], { hand, ...more });

  test('of two hands: counts are added, the rest is the mean, and the difference is the symmetry', () => {
    const { metrics } = analyse([half('left', 0.8), half('right', 1)], []);
    expect(metrics.reps.value).toBe(48);
    expect(metrics.cadence.value).toBeCloseTo(48, 6);
    expect(metrics.rom_index.value).toBeCloseTo(0.9 * 0.98661, 5);
    expect(metrics.symmetry.value).toBeCloseTo((0.2 / 0.9) * 100, 6);
  });

  test('of which one says nothing: the other counts, with half the quality', () => {
    const { metrics } = analyse(
      [half('left', 0.8), half('right', 1, { why: 'device_auto', comparable: false })],
      [],
    );
    expect(metrics.rom_index.value).toBeCloseTo(0.8 * 0.98661, 5);
    expect(metrics.rom_index.quality).toBeCloseTo(0.5, 10);
    expect(metrics.symmetry.reason).toBe('device_auto');
  });

  test.each<[string, Partial<Recording>]>([
    ['drifted', { comparable: false, why: 'drifted' }],
    ['another class of glove', { gloveClass: 'other' }],
  ])('hands are not compared when one is %s', (_name, more) => {
    expect(analyse([half('left', 1), half('right', 1, more)], []).metrics.symmetry.reason).toBe(
      'not_comparable',
    );
  });
});

test('ten hours are measured like ten minutes', () => {
  const index = sampled(36_000, 25, (t) => 0.5 - 0.5 * Math.cos(2 * Math.PI * 0.1 * t));
  const { metrics } = analyse([aRecording([aStretch({ index }, { rateHz: 25 })])], []);
  expect(metrics.reps.value).toBe(3600);
  expect(metrics.cadence.value).toBeCloseTo(6, 3);
  expect(metrics.rom_index.value).toBeCloseTo(0.9877, 3);
}, 60_000);

test('whatever comes, every metric is listed, in its range or with a reason', () => {
  const value = fc.oneof(
    fc.double({ min: -0.3, max: 1.3, noNaN: true }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -Number.MAX_VALUE, 0, 1),
  );
  const signal = fc.array(value, { maxLength: 400 }).map((values) => Float64Array.from(values));
  const stretch = fc.record({
    t0Us: fc.oneof(fc.integer({ min: gameStartUs, max: gameStartUs + 20_000_000 }), fc.constant(Number.NaN)),
    rateHz: fc.oneof(fc.integer({ min: 10, max: 1000 }), fc.constantFrom(0, -1, 1e-320, 1e9, Number.NaN)),
    channels: fc.dictionary(
      fc.constantFrom(...fingers, 'gx', 'gy', 'gz', 'ax', 'ay', 'az', 'lx', 'qw'),
      signal,
    ),
  });
  const recording = fc.record({
    hand: fc.constantFrom('left' as const, 'right' as const, null),
    gloveClass: fc.constantFrom('a', 'b'),
    comparable: fc.boolean(),
    why: fc.constantFrom(null, 'device_auto' as const, 'drifted' as const, 'uncalibrated' as const),
    stretches: fc.array(stretch, { maxLength: 4 }),
  });
  const cues = fc.array(fc.double(), { maxLength: 4 });
  fc.assert(fc.property(fc.array(recording, { maxLength: 3 }), cues, isSound), { numRuns: 60 });
});
