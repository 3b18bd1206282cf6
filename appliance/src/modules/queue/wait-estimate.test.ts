import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../testing/seeded-random.ts';
import { estimateWait, type Lane, paceOf } from './wait-estimate.ts';

type Random = () => number;
const minute = 60_000;

const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** How long turns may last, in milliseconds. */
const shapes: Record<string, (random: Random) => number> = {
  'all alike': () => 4 * minute,
  'between two and six minutes': (random) => (2 + 4 * random()) * minute,
  'around four minutes': (random) => Math.max(1, 4 + gaussian(random)) * minute,
  'with a long tail': (random) => 4 * Math.exp(0.6 * gaussian(random)) * minute,
  'of two sorts': (random) => (random() < 0.8 ? 3 + random() : 7 + 2 * random()) * minute,
};

/** A moment at which every one of `stations` is busy: how long each still is. */
function busyStations(stations: number, turn: (random: Random) => number, random: Random): number[] {
  return Array.from({ length: stations }, () => {
    let ends = -20 * (1 + random()) * 4 * minute;
    while (ends < 0) ends += turn(random);
    return ends;
  });
}

/** The true wait of the guest at `position`: each guest before takes the first station that is free. */
function trueWait(
  position: number,
  busy: number[],
  turn: (random: Random) => number,
  random: Random,
): number {
  const freeAt = [...busy];
  let free = 0;
  for (let guest = 1; guest <= position; guest += 1) {
    free = Math.min(...freeAt);
    freeAt[freeAt.indexOf(free)] = free + turn(random);
  }
  return free;
}

describe.each(Object.entries(shapes))('turns %s', (_shape, turn) => {
  test.each([1, 2, 3, 6])('on %i stations: the range holds the wait of eight guests in ten', (stations) => {
    const random = seededRandom(stations);
    const guests = 3_000;
    let held = 0;
    for (let guest = 0; guest < guests; guest += 1) {
      const position = 1 + Math.floor(random() * 20);
      const turns = Array.from({ length: 30 }, () => turn(random));
      const lane = { stations, before: stations, pace: paceOf(turns, 1), delayMs: 0 };
      const { low_seconds, high_seconds } = estimateWait(position, lane);
      const wait = trueWait(position, busyStations(stations, turn, random), turn, random) / 1_000;
      if (wait >= (low_seconds ?? Infinity) && wait <= (high_seconds ?? -Infinity)) held += 1;
    }
    expect(held / guests).toBeGreaterThanOrEqual(0.8);
  });
});

test('the range is of use: ten minutes are not “from none to an hour”', () => {
  const lane: Lane = { stations: 1, before: 1, pace: paceOf([], 4 * minute), delayMs: 0 };
  const { low_seconds, high_seconds } = estimateWait(5, lane);
  expect(low_seconds).toBeGreaterThan(10 * 60);
  expect(high_seconds).toBeLessThan(30 * 60);
});

const lanes = fc.record({
  stations: fc.integer({ min: 1, max: 12 }),
  before: fc.nat({ max: 30 }),
  pace: fc
    .array(fc.integer({ min: 1, max: 3_600_000 }), { maxLength: 40 })
    .map((turns) => paceOf(turns, 240_000)),
  delayMs: fc.nat({ max: 7_200_000 }),
});
const whole = (lane: Lane, position: number) => {
  const { low_seconds, high_seconds } = estimateWait(position, lane);
  return { low: low_seconds ?? Number.NaN, high: high_seconds ?? Number.NaN };
};

test('who stands further back never waits less, and the ends are in order', () => {
  fc.assert(
    fc.property(lanes, fc.integer({ min: 1, max: 200 }), (lane, position) => {
      const here = whole(lane, position);
      const behind = whole(lane, position + 1);
      expect(here.low).toBeLessThanOrEqual(here.high);
      expect(behind.low).toBeGreaterThanOrEqual(here.low);
      expect(behind.high).toBeGreaterThanOrEqual(here.high);
    }),
  );
});

test('one more station never makes it longer, one more guest before never shorter', () => {
  fc.assert(
    fc.property(lanes, fc.integer({ min: 1, max: 200 }), (lane, position) => {
      const here = whole(lane, position);
      const wider = whole({ ...lane, stations: lane.stations + 1 }, position);
      const fuller = whole({ ...lane, before: lane.before + 1 }, position);
      expect(wider.high).toBeLessThanOrEqual(here.high);
      expect(wider.low).toBeLessThanOrEqual(here.low);
      expect(fuller.low).toBeGreaterThanOrEqual(here.low);
      expect(fuller.high).toBeGreaterThanOrEqual(here.high);
    }),
  );
});

test('“five minutes later for all” is five minutes at both ends', () => {
  const lane: Lane = { stations: 1, before: 3, pace: paceOf([], 240_000), delayMs: 0 };
  const onTime = whole(lane, 4);
  const late = whole({ ...lane, delayMs: 300_000 }, 4);
  expect(late).toEqual({ low: onTime.low + 300, high: onTime.high + 300 });
});

test('nobody can say when no station is there', () => {
  expect(estimateWait(1, { stations: 0, before: 0, pace: paceOf([], 1), delayMs: 0 })).toEqual({
    low_seconds: null,
    high_seconds: null,
    basis: 'no_station',
  });
});

test('a free station means at once, or within a minute', () => {
  expect(estimateWait(1, { stations: 2, before: 1, pace: paceOf([], 240_000), delayMs: 0 })).toEqual({
    low_seconds: 0,
    high_seconds: 60,
    basis: 'assumed',
  });
});

test('the pace is assumed until five turns have been measured, and one turn of hours spoils nothing', () => {
  expect(paceOf([1, 2, 3, 4], 1_000)).toMatchObject({ fastMs: 700, slowMs: 1_300, basis: 'assumed' });
  const turns = [...Array.from({ length: 29 }, () => 240_000), 9 * 3_600_000];
  expect(paceOf(turns, 1_000)).toEqual({ fastMs: 240_000, slowMs: 240_000, basis: 'measured' });
});
