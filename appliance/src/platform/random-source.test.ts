import { expect, test } from 'vitest';
import { createRandomSource } from './random-source.ts';

test('gives no byte twice, across pages and of any length', () => {
  const random = createRandomSource();
  const seen = new Set<string>();
  for (let taken = 0; taken < 2_000; taken += 1) seen.add(random.bytes(12).toString('hex'));
  expect(seen.size).toBe(2_000);
  expect(random.bytes(10_000)).toHaveLength(10_000);
  expect(random.bytes(10_000).every((byte) => byte === 0)).toBe(false);
});

test('what it gave stays as it was', () => {
  const random = createRandomSource();
  const first = random.bytes(16);
  const copy = Buffer.from(first);
  for (let taken = 0; taken < 1_000; taken += 1) random.bytes(16);
  expect(first).toEqual(copy);
});

test('32-bit numbers use all their bits', () => {
  const random = createRandomSource();
  const numbers = Array.from({ length: 200 }, random.nextUint32);
  expect(Math.max(...numbers)).toBeGreaterThan(2 ** 31);
  expect(new Set(numbers).size).toBeGreaterThan(190);
});
