import { describe, expect, test } from 'vitest';
import { businessAt, rush, untilNextArrival } from './arrivals.ts';
import { createRandomness } from './randomness.ts';

const minute = 60;

function arrivalsOfADay(perSecond: number, seed: number): number[] {
  const random = createRandomness(seed);
  const arrivals: number[] = [];
  let at = 0;
  while (at < 8 * 60 * minute) {
    at += untilNextArrival(at, perSecond, random);
    arrivals.push(at);
  }
  return arrivals;
}

describe('business at the door', () => {
  test('a crowd waits for the doors, lunch is busy, the afternoon is quiet', () => {
    expect(businessAt(minute)).toBe(rush.doors);
    expect(businessAt(75 * minute)).toBeCloseTo(rush.lunch);
    expect(businessAt(5 * 60 * minute)).toBeCloseTo(1, 2);
  });

  test('the next day is like the first', () => {
    expect(businessAt((8 * 60 + 75) * minute)).toBe(businessAt(75 * minute));
  });
});

test('as many come in a stretch of time as its business says', () => {
  const perSecond = 0.5;
  const arrivals = arrivalsOfADay(perSecond, 7);
  const between = (from: number, to: number) => arrivals.filter((at) => at >= from && at < to).length;
  const expected = (from: number, to: number) => {
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += businessAt(at) * perSecond;
    return sum;
  };
  for (const [from, to] of [
    [0, 2 * minute],
    [45 * minute, 105 * minute],
    [240 * minute, 420 * minute],
  ] as const) {
    const mean = expected(from, to);
    expect(Math.abs(between(from, to) - mean)).toBeLessThan(4 * Math.sqrt(mean));
  }
});

test('the same seed is the same day', () => {
  expect(arrivalsOfADay(0.01, 3)).toEqual(arrivalsOfADay(0.01, 3));
  expect(arrivalsOfADay(0.01, 3)).not.toEqual(arrivalsOfADay(0.01, 4));
});
