import { expect, test } from 'vitest';
import { placed } from './metric-chart-places.ts';

const point = (value: number | null, game: number) => ({
  game_id: `game ${game}`,
  at: '2026-11-21T10:00:00.000Z',
  value,
  status: 'no_clear_change' as const,
});

test('values stand higher when they are larger, and everything stands on the paper', () => {
  const { points, band, middle } = placed(
    { points: [1, 2, 4].map(point), baseline: 2, detectable_change: 3 },
    400,
    150,
  );
  expect(points.map(({ x }) => x)).toEqual([10, 200, 390]);
  expect(points.map(({ y }) => y)).toEqual(points.map(({ y }) => y).toSorted((a, b) => b - a));
  expect(band?.top).toBeCloseTo(10, 6);
  expect((band?.top ?? 0) + (band?.height ?? 0)).toBeCloseTo(140, 6);
  expect(middle).toBeCloseTo(75, 6);
});

test('a game in which it was not measured leaves its place empty', () => {
  const { points, band } = placed(
    { points: [1, null, 3].map(point), baseline: null, detectable_change: null },
    400,
    150,
  );
  expect(points.map(({ game, x }) => [game, x])).toEqual([
    ['game 0', 10],
    ['game 2', 390],
  ]);
  expect(band).toBeNull();
});

test('a single value stands in the middle', () => {
  const { points } = placed({ points: [point(7, 0)], baseline: null, detectable_change: null }, 400, 150);
  expect(points).toEqual([{ x: 10, y: 75, game: 'game 0' }]);
});
