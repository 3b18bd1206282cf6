import { describe, expect, test } from 'vitest';
import { findMovements } from './movements.ts';
import { concatenated } from './signal.ts';
import { minimumJerkSpeed, sampled, submovements } from './testing/synthetic-motion.ts';

const purpose = { peak: 0.1, distance: 0.02 };
const rest = (seconds: number) => new Float64Array(Math.round(seconds * 100));
const bump = (seconds: number, height = 1) =>
  minimumJerkSpeed(seconds, 100).map((speed) => (speed * height * seconds) / 1.875);
const spans = (velocity: Float64Array, directions: readonly (1 | -1)[] = [1]) =>
  findMovements([velocity], directions, purpose).movements.map(({ from, to }) => [from / 100, to / 100]);

test('a movement lasts while it is faster than 5 % of its peak', () => {
  const [[from, to] = [0, 0]] = spans(concatenated([rest(1), bump(1), rest(1)]));
  // A minimum-jerk speed passes 5 % of its peak at 5.9 % of its duration.
  expect(from).toBeCloseTo(1.06, 2);
  expect(to).toBeCloseTo(1.95, 2);
});

test('those below 20 % of the usual speed, and below what a hand means to do, are none', () => {
  const velocity = concatenated([rest(1), bump(1), rest(0.3), bump(1, 0.15), rest(0.3), bump(1), rest(1)]);
  expect(spans(velocity)).toHaveLength(2);
  expect(spans(velocity.map((value) => value * 0.05))).toEqual([]);
});

test('ripples that go nowhere are none, and are not counted as rejected', () => {
  const ripple = sampled(10, 100, (t) => 0.2 * Math.sin(2 * Math.PI * 8 * t));
  const velocity = concatenated([ripple, bump(1), ripple]);
  expect(findMovements([velocity], [1, -1], purpose)).toMatchObject({ movements: [{}], rejected: 0 });
});

test('a pause of less than 80 ms does not end a movement, a longer one does', () => {
  const withPause = (seconds: number) =>
    concatenated([rest(1), bump(0.3), rest(seconds), bump(0.3), rest(1)]);
  expect(spans(withPause(0))).toHaveLength(1);
  expect(spans(withPause(0.1))).toHaveLength(2);
});

test('turning round ends a movement, however quickly', () => {
  const back = bump(0.6).map((value) => -value);
  const velocity = concatenated([rest(1), bump(0.6), back, bump(0.6), back, rest(1)]);
  const { movements } = findMovements([velocity], [1, -1], purpose);
  expect(movements.map(({ direction }) => direction)).toEqual([1, -1, 1, -1]);
});

test('an oscillation without a rest is a movement per half', () => {
  const velocity = sampled(30, 100, (t) => Math.cos(2 * Math.PI * 0.8 * t));
  const { movements, rejected } = findMovements([velocity], [1, -1], purpose);
  expect(movements).toHaveLength(47);
  expect(rejected).toBe(2);
});

describe('rejected', () => {
  const reject = (velocity: Float64Array) => findMovements([velocity], [1], purpose);
  test.each([
    ['too short', concatenated([rest(1), bump(0.14), rest(1)])],
    ['too long', concatenated([rest(1), submovements(9, 0.6, 100), rest(1)])],
    ['cut off by the beginning', concatenated([bump(1).subarray(30), rest(1)])],
    ['cut off by the end', concatenated([rest(1), bump(1).subarray(0, 60)])],
  ])('%s', (_name, velocity) => {
    expect(reject(velocity)).toEqual({ movements: [], rejected: 1 });
  });
});

test('a shaking that never rests is looked at once, however long it lasts', () => {
  const shaking = sampled(3600, 100, (t) => 1 + 0.9 * Math.sin(2 * Math.PI * 3 * t));
  expect(findMovements([shaking], [1], purpose)).toEqual({ movements: [], rejected: 1 });
});

test.each([
  ['no runs', []],
  ['an empty run', [new Float64Array(0)]],
  ['rest', [rest(10)]],
])('%s has no movements', (_name, velocities) => {
  expect(findMovements(velocities, [1, -1], purpose)).toEqual({ movements: [], rejected: 0 });
});
