import { expect, test } from 'vitest';
import { CompleteInput } from '../../../appliance/contract/games.ts';
import { derbyResult, resultOf } from './derby.ts';
import { createRandomness } from './randomness.ts';

const random = createRandomness(5);
const derbies = (skill: number) => Array.from({ length: 500 }, () => derbyResult(skill, random));
const mean = (figures: number[]) => figures.reduce((sum, one) => sum + one, 0) / figures.length;

test('a derby is plausible: at most ten home runs, and none without a hit over the fence', () => {
  for (const skill of [0.5, 0.8, 1.2]) {
    for (const result of derbies(skill)) {
      const { distance = Number.NaN, homeruns = Number.NaN } = CompleteInput.parse(result);
      expect(homeruns).toBeLessThanOrEqual(10);
      expect(homeruns > 0).toBe(distance > 100);
      expect(distance).toBeLessThan(170);
    }
  }
});

test('who hits better scores more', () => {
  expect(mean(derbies(1.2).map(({ score }) => score))).toBeGreaterThan(
    2 * mean(derbies(0.5).map(({ score }) => score)),
  );
});

test('other attractions are told by points alone', () => {
  expect(Object.keys(resultOf('pong', 1, random))).toEqual(['score']);
  expect(Object.keys(resultOf('derby', 1, random)).sort()).toEqual(['distance', 'homeruns', 'score']);
});
