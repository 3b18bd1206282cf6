import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at } from './signal.ts';
import { mean, median, percentile, slopeOverIndex, standardDeviation } from './statistics.ts';

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

test('values chosen against the selection cost a sort, not a square', () => {
  const size = 1 << 19;
  const organPipe = Float64Array.from({ length: size }, (_, i) => Math.min(i, size - i));
  expect(percentile(organPipe, 50)).toBeCloseTo(size / 4, -1);
  expect(percentile(new Float64Array(size).fill(2), 95)).toBe(2);
});

test('mean, deviation of a sample and slope over the index', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809, 5);
  expect(standardDeviation([5])).toBe(0);
  expect(slopeOverIndex([1, 3, 5, 7])).toBe(2);
});
