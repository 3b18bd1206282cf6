import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { hasDominantFrequency, swayIn } from './steadiness.ts';
import { steadinessMetrics } from './steadiness-metrics.ts';
import { aRecording, aStretch, sampled } from './testing/synthetic-motion.ts';
import { gyroSignals } from './usable-signals.ts';

const sine = (seconds: number, frequencyHz: number, rms: number, rateHz = 100) =>
  sampled(seconds, rateHz, (t) => rms * Math.SQRT2 * Math.sin(2 * Math.PI * frequencyHz * t));
const still = (length: number) => new Float64Array(length);

test('a pure sway of 6 Hz and 0.8 rad/s is measured as that', () => {
  const sway = swayIn([sine(3, 6, 0.8), still(300), still(300)], 100, 1024);
  expect(sway.peakHz).toBeCloseTo(6.00006, 5);
  expect(sway.bandRms).toBeCloseTo(0.8, 6);
  expect(hasDominantFrequency(sway)).toBe(true);
});

test('whichever way the glove is worn', () => {
  const along = swayIn([sine(3, 6, 0.8), still(300), still(300)], 100, 1024);
  const slanted = swayIn([sine(3, 6, 0.48), sine(3, 6, -0.64), still(300)], 100, 1024);
  expect(slanted.bandRms).toBeCloseTo(along.bandRms, 10);
  expect(slanted.peakHz).toBeCloseTo(along.peakHz ?? 0, 10);
});

test('a constant turning, or none, is no sway', () => {
  expect(swayIn([still(300).fill(2), still(300), still(300)], 100, 1024)).toMatchObject({ peakHz: null });
  expect(swayIn([still(300)], 100, 1024)).toMatchObject({ bandRms: 0, voluntaryRms: 0, peakHz: null });
});

describe('of a game', () => {
  const random = seededRandom(3);
  const noise = (length: number, size: number) =>
    Float64Array.from({ length }, () => size * (random() - 0.5));
  const measure = (gx: Float64Array, rateHz = 100) =>
    steadinessMetrics(
      gyroSignals(
        aRecording([aStretch({ gx, gy: noise(gx.length, 1e-3), gz: noise(gx.length, 1e-3) }, { rateHz })]),
      ),
    );

  test.each([
    [100, 6],
    [100, 11.5],
    [200, 4],
    [1000, 8],
  ])('at %s Hz a sway of %s Hz comes through the whole front end', (rateHz, frequencyHz) => {
    const { steadiness, steadiness_frequency } = measure(sine(20, frequencyHz, 0.1, rateHz), rateHz);
    expect(Math.abs((steadiness.value ?? 0) - 0.1)).toBeLessThan(1e-3);
    expect(Math.abs((steadiness_frequency.value ?? 0) - frequencyHz)).toBeLessThan(1e-2);
    expect(steadiness.quality).toBe(1);
  });

  test('only windows without voluntary movement count', () => {
    const moving = sine(20, 1.5, 1);
    expect(measure(moving).steadiness).toMatchObject({ value: null, reason: 'too_little_stillness' });
    const gx = Float64Array.from([...moving, ...sine(20, 6, 0.1)]);
    expect(measure(gx).steadiness.value).toBeCloseTo(0.1, 3);
    const slight = sine(20, 1.5, 0.2).map((value, i) => value + (sine(20, 6, 0.1)[i] ?? 0));
    expect(measure(slight).steadiness.value).toBeCloseTo(0.1, 2);
  });

  test('noise has no frequency of its own', () => {
    const { steadiness, steadiness_frequency } = measure(noise(3000, 0.1));
    expect(steadiness.value).toBeGreaterThan(0);
    expect(steadiness_frequency).toMatchObject({ value: null, reason: 'no_dominant_frequency' });
  });

  test('a recording too slow for the band, too short for three windows, or of a dead sensor says nothing', () => {
    expect(measure(sine(20, 6, 0.1, 20), 20).steadiness.reason).toBe('rate_too_low');
    expect(measure(sine(5, 6, 0.1)).steadiness.reason).toBe('too_little_stillness');
    const dead = aRecording([aStretch({ gx: still(3000), gy: still(3000), gz: still(3000).fill(0.1) })]);
    expect(steadinessMetrics(gyroSignals(dead)).steadiness.reason).toBe('no_signal');
  });
});
