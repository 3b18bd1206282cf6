import { expect, test } from 'vitest';
import { butterworth, zeroPhase } from './low-pass.ts';
import { at } from './signal.ts';
import { farthest, sampled } from './testing/synthetic-motion.ts';

test.each([
  [10, [0.0674552739, 0.1349105478, 0.0674552739], [1, -1.1429805025, 0.4128015981]],
  [20, [0.2065720838, 0.4131441677, 0.2065720838], [1, -0.3695273774, 0.1958157127]],
])('coefficients of %s Hz at 100 Hz', (cutoffHz, b, a) => {
  const filter = butterworth(cutoffHz, 100);
  expect(farthest(Float64Array.from(filter.b), (i) => at(b, i))).toBeLessThan(1e-9);
  expect(farthest(Float64Array.from(filter.a), (i) => at(a, i))).toBeLessThan(1e-9);
});

test('a signal filtered both ways is the one of scipy.signal.filtfilt (1.17.1, padlen 9)', () => {
  const signal = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i * i * 0.003) + 0.1 * i);
  const filtered = zeroPhase(signal, butterworth(10, 100));
  const expected = { 0: 8.26975086e-4, 1: 0.108286107, 30: 3.41905836, 58: 5.24773374, 59: 5.04744518 };
  for (const [i, value] of Object.entries(expected)) expect(at(filtered, Number(i))).toBeCloseTo(value, 8);
});

test('nothing is moved in time, and a constant stays what it is', () => {
  const filter = butterworth(10, 100);
  const slow = sampled(10, 100, (t) => Math.sin(2 * Math.PI * t));
  const filtered = zeroPhase(slow, filter);
  expect(farthest(filtered, (i) => at(slow, i))).toBeLessThan(2e-3);
  for (const value of zeroPhase(new Float64Array(7).fill(0.3), filter)) expect(value).toBeCloseTo(0.3, 12);
});

test('signals too short to filter stay as they are', () => {
  expect([...zeroPhase(Float64Array.of(4), butterworth(10, 100))]).toEqual([4]);
  expect(zeroPhase(Float64Array.of(1, 1, 1), butterworth(10, 100))).toHaveLength(3);
});
