import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('one at a time', () => {
  it('answers a burst with the first run and one more', async () => {
    const work = vi.fn(async () => undefined);
    const ask = oneAtATime(work, 100);
    for (let change = 0; change < 50; change++) ask();
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('never runs twice at once, however slow a run is', async () => {
    let active = 0;
    let most = 0;
    const ask = oneAtATime(async () => {
      most = Math.max(most, ++active);
      await new Promise((resolve) => setTimeout(resolve, 500));
      active--;
    }, 10);
    for (let change = 0; change < 20; change++) {
      ask();
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(most).toBe(1);
  });

  it('runs again after a run that failed', async () => {
    const work = vi.fn(async () => Promise.reject(new Error('away')));
    const ask = oneAtATime(work, 10);
    ask();
    await vi.advanceTimersByTimeAsync(20);
    ask();
    await vi.advanceTimersByTimeAsync(20);
    expect(work).toHaveBeenCalledTimes(2);
  });
});
