import { expect, test } from 'vitest';
import { createRecentTimes } from './recent-times.ts';

test('of a hundred, the fiftieth and the ninety-ninth', () => {
  const times = createRecentTimes();
  for (let ms = 100; ms >= 1; ms--) times.add(ms);
  expect([times.quantile(0.5), times.quantile(0.99), times.quantile(1), times.quantile(0)]).toEqual([
    50, 99, 100, 1,
  ]);
});

test('what is long ago does not count', () => {
  const times = createRecentTimes();
  times.add(10_000);
  for (let count = 0; count < 500; count++) times.add(5);
  expect(times.quantile(1)).toBe(5);
});

test('before the first there is none', () => {
  expect(createRecentTimes().quantile(0.5)).toBe(-1);
});
