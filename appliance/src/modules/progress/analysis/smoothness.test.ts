import { describe, expect, test } from 'vitest';
import { at } from './signal.ts';
import { jerkOfAcceleration, jerkOfInertialUnit, jerkOfSpeed, spectralArcLength } from './smoothness.ts';
import { gaussian, golden } from './testing/golden-smoothness.ts';
import { minimumJerkSpeed, sampled, submovements } from './testing/synthetic-motion.ts';

/** As golden, and known to five decimals. */
const rounded = [
  ['two submovements, 0.5 s apart', submovements(2, 0.5, 100), -1.63111, -6.37301],
  ['five submovements, 1 s apart', submovements(5, 1, 100), -3.30176, -11.75514],
  ['2 s with a tremor of 0.5 %', withTremor(0.005), -2.08683, -13.579],
  ['2 s with a tremor of 2 %', withTremor(0.02), -2.94053, -16.011],
] as const;

/** A reach of 2 s, onto whose position 6 Hz are added. */
function withTremor(amplitude: number): Float64Array {
  return minimumJerkSpeed(2, 100).map((speed, i) =>
    Math.abs(speed + amplitude * 12 * Math.PI * Math.cos((12 * Math.PI * i) / 100)),
  );
}

describe('the smoothness of a speed profile is that of the reference', () => {
  test.each(golden)('%s', (_name, speed, rateHz, arcLength, jerk) => {
    expect(Math.abs(spectralArcLength(speed, rateHz) - arcLength)).toBeLessThan(1e-8);
    expect(Math.abs(jerkOfSpeed(speed, rateHz) - jerk)).toBeLessThan(1e-8);
  });

  test.each(rounded)('%s', (_name, speed, arcLength, jerk) => {
    expect(spectralArcLength(speed, 100)).toBeCloseTo(arcLength, 5);
    expect(jerkOfSpeed(speed, 100)).toBeCloseTo(jerk, 3);
  });

  test('and nears −ln 204.8 as a minimum-jerk movement is sampled more finely', () => {
    expect(jerkOfSpeed(minimumJerkSpeed(1, 20_000), 20_000)).toBeCloseTo(-Math.log(204.8), 3);
  });
});

describe('what smoothness does not depend on', () => {
  test.each([1e-3, 0.37, 12, 4e4])('amplitude times %s', (scale) => {
    for (const speed of [gaussian, submovements(3, 1, 100)]) {
      const scaled = speed.map((value) => value * scale);
      expect(spectralArcLength(scaled, 100)).toBeCloseTo(spectralArcLength(speed, 100), 10);
      expect(jerkOfSpeed(scaled, 100)).toBeCloseTo(jerkOfSpeed(speed, 100), 10);
    }
  });

  test.each([0.5, 1, 2])('a duration of %s s at one shape', (seconds) => {
    expect(spectralArcLength(minimumJerkSpeed(seconds, 100), 100)).toBeCloseTo(-1.40583, 5);
  });

  test('where in a longer signal the movement was cut out: transforms share their buffers', () => {
    spectralArcLength(submovements(5, 1, 100), 100);
    expect(spectralArcLength(gaussian, 100)).toBeCloseTo(-1.414031261710479, 10);
  });
});

describe('jerk of a sensor that measures gravity, too', () => {
  const seconds = 1.2;
  const rateHz = 1000;
  const push = (t: number) => 4 * Math.sin((2 * Math.PI * t) / seconds);
  const angle = (t: number) => 0.8 * Math.sin(3 * t);
  const still = sampled(seconds, rateHz, () => 0);

  /** Pushed along world x, while the body turns about its z: gravity lies along world y. */
  const measured = (turn: (t: number) => number): [Float64Array, Float64Array, Float64Array] => [
    sampled(seconds, rateHz, (t) => push(t) * Math.cos(turn(t)) + 9.80665 * Math.sin(turn(t))),
    sampled(seconds, rateHz, (t) => -push(t) * Math.sin(turn(t)) + 9.80665 * Math.cos(turn(t))),
    still,
  ];
  const turning = sampled(seconds, rateHz, (t) => 2.4 * Math.cos(3 * t));

  test('is that of the push alone: the gyroscope takes the turning of gravity out', () => {
    const straight = jerkOfInertialUnit(
      measured(() => 0),
      [still, still, still],
      rateHz,
    );
    expect(jerkOfInertialUnit(measured(angle), [still, still, turning], rateHz)).toBeCloseTo(straight, 2);
    expect(
      Math.abs(jerkOfInertialUnit(measured(angle), [still, still, still], rateHz) - straight),
    ).toBeGreaterThan(0.5);
  });

  test('of a gravity-free acceleration compares the peak with the jerk of all axes', () => {
    const axis = sampled(1, 100, (t) => Math.sin(2 * Math.PI * t));
    let squares = 0;
    for (let i = 1; i < axis.length; i++) squares += ((at(axis, i) - at(axis, i - 1)) * 100) ** 2;
    const three = [axis, axis, axis];
    expect(jerkOfAcceleration([axis], 100)).toBeCloseTo(-Math.log((1 / 1) * squares * 0.01), 10);
    expect(jerkOfAcceleration(three, 100)).toBeCloseTo(jerkOfAcceleration([axis], 100), 10);
  });
});

test.each([
  ['nothing', new Float64Array(0)],
  ['one sample', new Float64Array(1)],
  ['standing still', new Float64Array(50)],
])('%s has no smoothness', (_name, speed) => {
  expect(spectralArcLength(speed, 100)).toBeNaN();
  expect(jerkOfSpeed(speed, 100)).toBeNaN();
  expect(jerkOfAcceleration([speed, speed, speed], 100)).toBeNaN();
  expect(jerkOfInertialUnit([speed, speed, speed], [speed, speed, speed], 100)).toBeNaN();
});
