import { expect, test } from 'vitest';
import { aPose, createPerformance, type Performance } from './hand.ts';
import { type Ability, calibrationPhases, usualAbility } from './performance-plan.ts';
import { createPlayer } from './player.ts';

const even: Ability = { ...usualAbility, irregularity: 0, fatigue: 0, subMovements: 1, reactionSpreadMs: 0 };

/** Every hundredth of a second. */
function seen<Value>(performance: Performance, look: (pose: ReturnType<typeof aPose>, us: number) => Value) {
  const pose = aPose();
  return Array.from({ length: Math.floor(performance.durationUs / 10_000) }, (_, index) =>
    look(performance.at(index * 10_000, pose), index * 10_000),
  );
}
const meanCurl = ({ curls }: { curls: Float64Array }) => curls.reduce((sum, one) => sum + one, 0) / 5;

test('the same seed is the same hand, another is another', () => {
  const of = (seed: number) => seen(createPerformance({ seed }), ({ curls, gyro }) => [...curls, ...gyro]);
  expect(of(7)).toEqual(of(7));
  expect(of(7)).not.toEqual(of(8));
});

test('closes as often, as fast and as far as it says', () => {
  const performance = createPerformance({ seed: 3, ability: even });
  const { truth } = performance;
  const means = seen(performance, (pose) => meanCurl(pose));
  const closings: number[] = [];
  let isOpen = true;
  for (const [index, mean] of means.entries()) {
    if (isOpen && mean >= 0.6) closings.push(index * 10_000);
    isOpen = mean <= 0.4 || (isOpen && mean < 0.6);
  }
  expect(closings).toHaveLength(truth.reps);
  const intervals = closings.slice(1).map((at, index) => at - (closings[index] ?? 0));
  expect(60e6 / (intervals.toSorted((a, b) => a - b)[intervals.length >> 1] ?? 0)).toBeCloseTo(
    truth.cadence ?? 0,
    0,
  );
  expect(truth).toMatchObject({ reps: 20, regularity: 0, cadence: expect.closeTo(even.cadence, 3) });
  for (const rom of truth.rom) expect(rom).toBeCloseTo(even.range, 1);
});

test('tires: each closing is less than the one before', () => {
  const { amplitudes } = createPerformance({ seed: 1, ability: { ...even, fatigue: 0.02 } }).truth;
  expect(amplitudes[19]).toBeCloseTo(even.range * 0.98 ** 19, 9);
});

test('moves without jolts, smoother with fewer parts', () => {
  const jolts = (subMovements: number) => {
    const performance = createPerformance({ seed: 5, ability: { ...even, subMovements } });
    const curl = seen(performance, ({ curls }) => curls[0] ?? 0);
    const acceleration = curl
      .slice(2)
      .map((one, index) => one - 2 * (curl[index + 1] ?? 0) + (curl[index] ?? 0));
    return acceleration.reduce((sum, one) => sum + one * one, 0);
  };
  expect(jolts(4)).toBeGreaterThan(1.1 * jolts(1));
  const performance = createPerformance({ seed: 5 });
  const steps = seen(performance, ({ curls }) => curls[2] ?? 0);
  for (const [index, one] of steps.slice(1).entries())
    expect(Math.abs(one - (steps[index] ?? 0))).toBeLessThan(0.12);
});

test('shakes as much as it says while it is held steady, and the quaternion turns as the gyroscope tells', () => {
  const performance = createPerformance({ seed: 9, ability: { ...even, shakeRms: 0.2 } });
  const [steady] = performance.truth.steady;
  if (steady === undefined) throw new Error('nothing is held steady');
  const powers = seen(performance, ({ gyro }, us) =>
    us > steady.fromUs + 200_000 && us < steady.toUs - 200_000
      ? gyro.reduce((sum, one) => sum + one * one, 0)
      : null,
  ).filter((power) => power !== null);
  const rms = Math.sqrt(powers.reduce((sum, one) => sum + one, 0) / powers.length);
  expect(rms).toBeGreaterThan(0.17);
  expect(rms).toBeLessThan(0.23);

  const quiet = createPerformance({ seed: 9, ability: { ...even, shakeRms: 0 } });
  const turns = seen(quiet, ({ quaternion, gyro }) => ({
    angle: 2 * Math.atan2(Math.hypot(...quaternion.slice(1)), quaternion[0] ?? 1),
    rate: Math.hypot(...gyro),
  }));
  for (const [index, { angle, rate }] of turns.slice(2).entries()) {
    const was = turns[index]?.angle ?? 0;
    expect(Math.abs(angle - was) / 0.02).toBeCloseTo(turns[index + 1]?.rate ?? 0, 0);
    expect(rate).toBeLessThan(20);
  }
});

test('gravity stays gravity however the hand turns, and a left hand turns the other way', () => {
  const performance = createPerformance({ seed: 2 });
  const gravity = seen(performance, ({ acceleration, linear }) =>
    Math.hypot(...acceleration.map((one, axis) => one - (linear[axis] ?? 0))),
  );
  for (const one of gravity) expect(one).toBeCloseTo(9.80665, 6);
  const turning = (hand: 'left' | 'right') =>
    seen(createPerformance({ seed: 2, hand, ability: { ...even, shakeRms: 0 } }), ({ gyro }) => gyro[2] ?? 0);
  const left = turning('left');
  for (const [index, right] of turning('right').entries()) expect(left[index]).toBeCloseTo(-right, 9);
});

test('holds the poses of a calibration', () => {
  const performance = createPerformance({ seed: 4, phases: calibrationPhases });
  const pose = aPose();
  const { poses } = performance.truth;
  expect(poses.slice(-5).map((one) => one.pose)).toEqual(['open', 'fist', 'thumb_across', 'spread', 'open']);
  for (const { pose: held, fromUs, toUs } of poses.slice(-5)) {
    performance.at((fromUs + toUs) / 2, pose);
    const [thumb = 0, index = 0] = pose.curls;
    expect([Math.round(thumb), Math.round(index), pose.splay > 0.9]).toEqual([
      held === 'fist' || held === 'thumb_across' ? 1 : 0,
      held === 'fist' ? 1 : 0,
      held === 'spread',
    ]);
  }
});

test('begins to move when it reacts, as long after the cue as it says', () => {
  const performance = createPerformance({ seed: 6 });
  const pose = aPose();
  const curlAt = (us: number) => performance.at(us, pose).curls[0] ?? 0;
  expect(performance.truth.reactions).toHaveLength(8);
  for (const { cueUs, reactionMs } of performance.truth.reactions) {
    const onset = cueUs + reactionMs * 1000;
    expect(curlAt(onset)).toBeCloseTo(curlAt(cueUs), 6);
    expect(curlAt(onset + 120_000)).toBeGreaterThan(curlAt(onset) + 0.03);
  }
});

test('answers signals as they become visible, one after the other, on top of what it does', () => {
  const phases = [{ do: 'rest', seconds: 3_600 }] as const;
  const [performance, same] = [6, 6].map((seed) => createPerformance({ seed, phases, ability: even }));
  if (performance === undefined || same === undefined) throw new Error('two hands');
  const pose = aPose();
  const at = (us: number) => {
    const { curls, gyro } = performance.at(us, pose);
    return [curls[0] ?? 0, Math.abs(gyro[2] ?? 0)] as const;
  };
  const [restCurl] = at(0);
  performance.see(2_000_000);
  performance.see(2_100_000);
  const [first, second] = performance.truth.reactions;
  expect(first).toEqual({ cueUs: 2_000_000, reactionMs: even.reactionMs });
  const onset = 2_000_000 + even.reactionMs * 1_000;
  expect(at(onset)[0]).toBeCloseTo(restCurl, 6);
  expect(at(onset + 320_000)[0]).toBeCloseTo(0.5, 6);
  expect(at(onset + 160_000)[1]).toBeGreaterThan(1);
  // The second was shown while the hand was busy.
  const free = onset + 770_000;
  expect((second?.cueUs ?? 0) + (second?.reactionMs ?? 0) * 1_000).toBe(free);
  expect(at(free)[0]).toBeCloseTo(restCurl, 6);
  expect(at(free + 320_000)[0]).toBeCloseTo(0.5, 6);
  expect(at(free + 2_000_000)[0]).toBeCloseTo(restCurl, 6);
  same.see(2_000_000);
  expect(same.truth.reactions[0]).toEqual(first);
});

test('a player differs from game to game as far as people do, and heads where they head', () => {
  const cadences = (course: 'improves' | 'stays' | 'declines', seed: number) => {
    const player = createPlayer({ seed, course });
    return Array.from({ length: 200 }, (_, game) => player.game(game % 20).ability.cadence);
  };
  const stays = Array.from({ length: 400 }, (_, game) =>
    Math.log(createPlayer({ seed: 11, course: 'stays' }).game(game).ability.cadence / usualAbility.cadence),
  );
  const deviation = Math.sqrt(stays.reduce((sum, one) => sum + one * one, 0) / stays.length);
  expect(deviation).toBeGreaterThan(0.045);
  expect(deviation).toBeLessThan(0.065);
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const late = (course: 'improves' | 'stays' | 'declines') => mean(cadences(course, 5).slice(10, 20));
  expect(late('improves')).toBeGreaterThan(late('stays') * 1.3);
  expect(late('declines')).toBeLessThan(late('stays') * 0.8);
});
