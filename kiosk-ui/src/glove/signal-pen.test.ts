import { expect, test } from 'vitest';
import { gapsIn } from './signal-pen.ts';
import { createSignalWindow } from './signal-window.ts';

const heard = (...stretches: readonly (readonly [from: number, to: number])[]) => {
  const window = createSignalWindow(1, 10);
  for (const [from, to] of stretches)
    window.add({ from, step: 0.01, count: Math.round((to - from) / 0.01), afterGap: true, value: () => 0.5 });
  const { times, traces } = window.data();
  return { times, trace: traces[0] ?? [] };
};

test('what did not come is a gap from the sample before it to the one after it', () => {
  const { times, trace } = heard([0, 2], [5, 8]);
  expect(gapsIn(times, trace, 0, 8)).toEqual([[expect.closeTo(1.99, 3), 5]]);
});

test('a glove that has fallen silent leaves a gap that grows', () => {
  const { times, trace } = heard([0, 2]);
  expect(gapsIn(times, trace, 0, 2.2)).toEqual([]);
  expect(gapsIn(times, trace, 0, 5)).toEqual([[expect.closeTo(1.99, 3), 5]]);
});

test('a gap that is leaving the paper is shown as far as it is on it', () => {
  const { times, trace } = heard([0, 2], [5, 8]);
  expect(gapsIn(times, trace, 4, 14)).toEqual([
    [4, 5],
    [expect.closeTo(7.99, 3), 14],
  ]);
  expect(gapsIn(times, trace, 5.5, 8)).toEqual([]);
});
