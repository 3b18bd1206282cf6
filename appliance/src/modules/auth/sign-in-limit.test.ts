import { expect, test } from 'vitest';
import { afterFailure, type Failures, failuresPerUser, secondsToWait, windowMs } from './sign-in-limit.ts';

const failedTimes = (times: number, at: number): Failures | undefined =>
  Array.from({ length: times }).reduce<Failures | undefined>((known) => afterFailure(known, at), undefined);

test('ten failures are let through, and no eleventh try', () => {
  expect(secondsToWait(failedTimes(failuresPerUser - 1, 1_000), failuresPerUser, 1_000)).toBeNull();
  expect(secondsToWait(failedTimes(failuresPerUser, 1_000), failuresPerUser, 1_000)).toBe(900);
});

test('who has not failed does not wait', () => expect(secondsToWait(undefined, 1, 0)).toBeNull());

test('the wait shrinks to nothing with the window, which begins at the first failure', () => {
  const known = failedTimes(failuresPerUser, 0);
  expect(secondsToWait(known, failuresPerUser, windowMs - 1)).toBe(1);
  expect(secondsToWait(known, failuresPerUser, windowMs)).toBeNull();
});

test('a failure after the window begins a new one', () => {
  expect(afterFailure({ failures: 9, first_at: 0 }, windowMs)).toEqual({ failures: 1, first_at: windowMs });
  expect(afterFailure({ failures: 9, first_at: 0 }, windowMs - 1)).toEqual({ failures: 10, first_at: 0 });
});

test('a clock that is stepped back locks nobody out for hours', () => {
  const known = failedTimes(failuresPerUser, 3 * 3_600_000);
  expect(secondsToWait(known, failuresPerUser, 0)).toBeNull();
  expect(afterFailure(known, 0)).toEqual({ failures: 1, first_at: 0 });
});
