import { expect, test } from 'vitest';
import type { GameState } from '../../../appliance/contract/games.ts';
import { createGameWatch } from './game-watch.ts';

const forever = new AbortController().signal;
const never = async (): Promise<GameState> => 'new';

test('tells of what is, and of what comes', async () => {
  const watch = createGameWatch(never);
  watch.tell('a', 'recalled');
  expect(await watch.until('a', ['recalled'], forever)).toBe('recalled');
  const later = watch.until('a', ['playing', 'no_show'], forever);
  watch.tell('a', 'confirmed');
  watch.tell('b', 'playing');
  watch.tell('a', 'no_show');
  expect(await later).toBe('no_show');
});

test('what was missed while the board was dark is looked up', async () => {
  const watch = createGameWatch(async () => 'completed');
  const waiting = watch.until('a', ['completed'], forever);
  await watch.lookAgain();
  expect(await waiting).toBe('completed');
});

test('nobody waits on after the end', async () => {
  const stop = new AbortController();
  const waiting = createGameWatch(never).until('a', ['completed'], stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
