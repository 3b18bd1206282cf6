import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createNowAndThen } from './now-and-then.ts';

test('says the same once a minute, and everything else at once', async () => {
  const clock = createFakeClock();
  const worthSaying = createNowAndThen(clock);
  expect([worthSaying('a'), worthSaying('a'), worthSaying('b')]).toEqual([true, false, true]);
  await clock.advance(59_000);
  expect(worthSaying('a')).toBe(false);
  await clock.advance(1_000);
  expect(worthSaying('a')).toBe(true);
});

test('a stepped wall clock neither silences nor repeats it', () => {
  const clock = createFakeClock();
  const worthSaying = createNowAndThen(clock);
  worthSaying('a');
  clock.stepWall(86_400_000);
  expect(worthSaying('a')).toBe(false);
  clock.stepWall(-2 * 86_400_000);
  expect(worthSaying('a')).toBe(false);
});

test('forgets rather than grows', () => {
  const worthSaying = createNowAndThen(createFakeClock());
  worthSaying('first');
  for (let n = 0; n < 1_000; n += 1) worthSaying(`other ${n}`);
  expect(worthSaying('first')).toBe(true);
});
