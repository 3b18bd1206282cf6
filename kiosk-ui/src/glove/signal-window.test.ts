import { expect, test } from 'vitest';
import { createSignalWindow, type Samples } from './signal-window.ts';

const samples = (from: number, values: number[], afterGap = false): Samples => ({
  from,
  step: 1,
  count: values.length,
  afterGap,
  value: (channel, sample) => (values[sample] ?? 0) + channel * 100,
});

test('keeps what came, channel by channel', () => {
  const window = createSignalWindow(2, 60);
  window.add(samples(0, [1, 2]));
  window.add(samples(2, [3]));
  expect(window.data()).toEqual({
    times: [0, 1, 2],
    traces: [
      [1, 2, 3],
      [101, 102, 103],
    ],
  });
  expect(window.newest()).toBe(2);
  expect(window.extremes()).toEqual([
    { now: 3, least: 1, most: 3 },
    { now: 103, least: 101, most: 103 },
  ]);
});

test('a gap is a place without a value, and not a line', () => {
  const window = createSignalWindow(1, 60);
  window.add(samples(0, [1, 2]));
  window.add(samples(9, [3], true));
  expect(window.data()).toEqual({ times: [0, 1, 5, 9], traces: [[1, 2, null, 3]] });
});

test('a glove that begins anew begins on an empty sheet', () => {
  const window = createSignalWindow(1, 60);
  window.add(samples(100, [1, 2, 3]));
  window.add(samples(0, [4], true));
  expect(window.data()).toEqual({ times: [0], traces: [[4]] });
});

test('what is older than the window leaves it, sooner or later', () => {
  const window = createSignalWindow(1, 10);
  for (let second = 0; second < 5_000; second++) window.add(samples(second, [second]));
  const { times, traces } = window.data();
  expect(times.length).toBeLessThan(1_000);
  expect(times.length).toBeGreaterThanOrEqual(10);
  expect(traces[0]?.length).toBe(times.length);
  expect(times.at(-1)).toBe(4_999);
});

test('least and most are those of the window, and not of what has left it', () => {
  const window = createSignalWindow(1, 10);
  for (const value of [9, ...Array<number>(60).fill(1)])
    window.add(samples((window.newest() ?? -1) + 1, [value]));
  expect(window.extremes()).toEqual([{ now: 1, least: 1, most: 1 }]);
});

test('before the first sample there is nothing', () => {
  const window = createSignalWindow(2, 10);
  expect(window.newest()).toBeUndefined();
  const unknown = { now: null, least: null, most: null };
  expect(window.extremes()).toEqual([unknown, unknown]);
});
