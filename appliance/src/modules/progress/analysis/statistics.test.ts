import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { at } from './signal.ts';
import { mean, median, percentile, selected, slopeOverIndex, standardDeviation } from './statistics.ts';

test('percentiles lie between neighbours', () => {
  expect(percentile([4, 1, 3, 2], 50)).toBe(2.5);
  expect(percentile([10, 0], 5)).toBe(0.5);
  expect([0, 100].map((percent) => percentile([3, 9, 6], percent))).toEqual([3, 9]);
  expect(median([7])).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});

test('those of a slow wave', () => {
  const wave = Float64Array.from({ length: 3000 }, (_, i) => 0.5 - 0.5 * Math.cos(0.016 * Math.PI * i));
  expect(percentile(wave, 5)).toBeCloseTo(0.00567, 5);
  expect(percentile(wave, 95)).toBeCloseTo(0.99228, 5);
});

test('selecting finds what sorting finds, and leaves the input as it is', () => {
  const values = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ noNaN: true, min: -1, max: 1 })),
    {
      minLength: 1,
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 100 }), (some, percent) => {
      const before = [...some];
      const sorted = Float64Array.from(some).sort();
      const position = ((some.length - 1) * percent) / 100;
      const below = at(sorted, Math.floor(position));
      const above = at(sorted, Math.ceil(position));
      const expected = below + (position - Math.floor(position)) * (above - below);
      expect(percentile(some, percent)).toBeCloseTo(expected, 12);
      expect(some).toEqual(before);
    }),
  );
});

test.each([0, 1, 3, 64])('after %s partitions what is left is sorted', (mostPartitions) => {
  const random = seededRandom(9);
  const values = Float64Array.from({ length: 501 }, () => Math.floor(random() * 400));
  const ascending = values.slice().sort();
  for (const rank of [0, 1, 250, 499, 500]) {
    const reordered = values.slice();
    expect(selected(reordered, rank, mostPartitions)).toBe(at(ascending, rank));
    expect(Math.max(-1, ...reordered.subarray(0, rank))).toBeLessThanOrEqual(at(reordered, rank));
    expect(Math.min(400, ...reordered.subarray(rank + 1))).toBeGreaterThanOrEqual(at(reordered, rank));
  }
});

test('mean, deviation of a sample and slope over the index', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809, 5);
  expect(standardDeviation([5])).toBe(0);
  expect(slopeOverIndex([1, 3, 5, 7])).toBe(2);
});
