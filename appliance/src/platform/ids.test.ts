import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createIds } from './ids.ts';

const hour = 3_600_000;

describe('identifiers', () => {
  test('are UUIDs of version 7 with the time in them', () => {
    const clock = createFakeClock();
    const id = createIds(clock).next();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(clock.now());
  });

  test('sort as they were made, within a millisecond and when the clock is set back', () => {
    const clock = createFakeClock();
    const ids = createIds(clock);
    const made = [0, 0, 0, 1, -1, -3 * hour, 1, -3 * hour, 3 * hour, 12 * hour].map((step) => {
      clock.stepWall(step);
      return ids.next();
    });
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });

  test('sort behind those of an earlier run', () => {
    const clock = createFakeClock();
    const earlier = createIds(clock).next();
    const lastSeen = clock.now();
    clock.stepWall(-3 * hour);
    const ids = createIds(clock);
    ids.notBefore(lastSeen + 1);
    const [one, two] = [ids.next(), ids.next()];
    expect([earlier, one, two].toSorted()).toEqual([earlier, one, two]);
  });

  test('do not stay in a future that was a mistake', () => {
    const clock = createFakeClock();
    const ids = createIds(clock);
    ids.notBefore(clock.now() + 10 * 365 * 24 * hour);
    expect(Number.parseInt(ids.next().replace('-', '').slice(0, 12), 16)).toBe(clock.now());
  });
});

test('codes can be read aloud and cannot be guessed', () => {
  const ids = createIds(createFakeClock());
  const codes = Array.from({ length: 1_000 }, () => ids.code(10));
  expect(new Set(codes).size).toBe(1_000);
  for (const code of codes) expect(code).toMatch(/^[0-9abcdefghjkmnpqrstvwxyz]{10}$/u);
});
