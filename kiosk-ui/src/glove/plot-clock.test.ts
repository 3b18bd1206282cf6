import { expect, test } from 'vitest';
import { createPlotClock } from './plot-clock.ts';

test('the edge moves with the page, and not in the bursts of the frames', () => {
  const clock = createPlotClock();
  for (const [deviceTime, late] of [
    [1, 0.01],
    [1.05, 0.04],
    [1.1, 0.01],
    [1.15, 0.2],
  ] as const)
    clock.heard(deviceTime, 100 + deviceTime + late);
  const at = (page: number) => clock.edge(page) ?? Number.NaN;
  expect(at(102) - at(101)).toBeCloseTo(1, 9);
  expect(at(101.15)).toBeCloseTo(1.15 - 0.01, 2);
});

test('a glove whose clock begins anew is followed at once', () => {
  const clock = createPlotClock();
  clock.heard(5_000, 10);
  clock.heard(0.5, 20);
  expect(clock.edge(20)).toBeCloseTo(0.5, 6);
});

test('knows nothing before it has heard something', () => {
  const clock = createPlotClock();
  expect(clock.edge(1)).toBeUndefined();
  clock.heard(1, 2);
  clock.restart();
  expect(clock.edge(3)).toBeUndefined();
});
