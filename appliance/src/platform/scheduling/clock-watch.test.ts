import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { type ClockStep, type ClockWatch, createClockWatch, inWords } from './clock-watch.ts';

const hour = 3_600_000;
let clock: FakeClock;
let watch: ClockWatch;
let steps: ClockStep[];

beforeEach(() => {
  clock = createFakeClock(Date.parse('2026-06-01T12:00:00Z'));
  watch = createClockWatch(clock, pino({ level: 'silent' }));
  steps = [];
  watch.onStep((step) => steps.push(step));
});

test.each([-3 * hour, 3 * hour, -10 * 8766 * hour, -2_500, 2_500])(
  'sees a step of %d ms within a second',
  async (ms) => {
    watch.start();
    await clock.advance(10_000);
    clock.stepWall(ms);
    await clock.advance(1_000);
    expect(steps).toEqual([{ ms, at: clock.now() }]);
    await clock.advance(60_000);
    expect(steps).toHaveLength(1);
  },
);

test('takes no notice of time that passes, and of a clock that is slewed', async () => {
  watch.start();
  for (let second = 0; second < 600; second += 1) {
    clock.stepWall(20);
    await clock.advance(1_000);
  }
  expect(steps).toEqual([]);
  expect(() => watch.check()).not.toThrow();
});

test('is not ready after a step, says why, and is ready again some minutes later', async () => {
  watch.start();
  clock.stepWall(-3 * hour);
  expect(() => watch.check()).toThrow('the clock was stepped by −3 h at 2026-06-01T09:00:00.000Z');
  await clock.advance(4 * 60_000);
  expect(() => watch.check()).toThrow();
  await clock.advance(61_000);
  expect(() => watch.check()).not.toThrow();
});

test('tells when the clock is behind what it was in an earlier run', () => {
  watch.start(clock.now() + hour);
  expect(steps).toMatchObject([{ ms: -hour }]);
  expect(() => watch.check()).toThrow('stepped by −1 h');
});

test('is content with the time that has passed while the appliance was off', () => {
  watch.start(clock.now() - 1_000 * hour);
  expect(steps).toEqual([]);
});

test('says how far in two words', () => {
  expect(inWords(-3 * hour)).toBe('−3 h');
  expect(inWords(2_400)).toBe('+2 s');
  expect(inWords(25 * hour + 61_000)).toBe('+1 d 1 h');
  expect(inWords(90_000)).toBe('+1 min 30 s');
});
