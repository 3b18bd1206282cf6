import { expect, it } from 'vitest';
import { windowAt, windowHoldMs } from './windows.ts';

it('stays on the window it was told', () => {
  for (const now of [0, windowHoldMs, 7 * windowHoldMs]) expect(windowAt('today', now)).toBe('today');
});

it('shows both windows in turn otherwise, each as long as it takes to read it', () => {
  const shown = [0, 1, 2, 3].map((turn) => windowAt(null, turn * windowHoldMs));
  expect(shown).toEqual(['today', 'all', 'today', 'all']);
  expect(windowHoldMs).toBeGreaterThanOrEqual(8_000);
});
