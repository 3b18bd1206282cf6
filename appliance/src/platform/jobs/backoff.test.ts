import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const backoff = { baseMs: 1_000, capMs: 10_000 };
const longest = (failed: number) => backoffMs(backoff, failed, () => 1);

test('the bound doubles with each failure, up to the cap', () => {
  expect([1, 2, 3, 4, 5, 100].map(longest)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('a wait is anywhere below the bound', () => {
  expect([0, 0.25, 0.5].map((random) => backoffMs(backoff, 2, () => random))).toEqual([0, 500, 1_000]);
});
