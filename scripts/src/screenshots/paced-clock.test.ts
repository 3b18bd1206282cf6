import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPacedClock } from './paced-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('hurries from where it is, and its timers with it', () => {
  const clock = createPacedClock(1_000_000);
  vi.advanceTimersByTime(1_000);
  clock.setPace(40);
  const ticks: number[] = [];
  const stop = clock.every(60_000, () => ticks.push(clock.now()));
  vi.advanceTimersByTime(3_100);
  expect(ticks).toEqual([1_061_000, 1_121_000]);
  stop();
  vi.advanceTimersByTime(6_000);
  expect(ticks).toHaveLength(2);
  expect(clock.now()).toBe(1_000_000 + 1_000 + 9_100 * 40);
});
