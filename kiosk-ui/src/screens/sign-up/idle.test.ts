import { expect, it } from 'vitest';
import { idleAt } from './idle.ts';

const limits = { quietMs: 45_000, warningMs: 20_000 };

it.each([
  [0, { state: 'active' }],
  [44_999, { state: 'active' }],
  [45_000, { state: 'warning', leftMs: 20_000 }],
  [64_000, { state: 'warning', leftMs: 1_000 }],
  [65_000, { state: 'gone' }],
  [3_600_000, { state: 'gone' }],
])('untouched for %i ms is %o', (quiet, idle) => expect(idleAt(1_000, 1_000 + quiet, limits)).toEqual(idle));

it('never asks where the warning is all there is', () => {
  expect(idleAt(0, 0, { quietMs: 0, warningMs: 30_000 })).toEqual({ state: 'warning', leftMs: 30_000 });
});
