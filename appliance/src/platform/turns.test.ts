import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** A piece of work that is done when it is told. */
function aWork() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, finish: resolve };
}

test('so many run at once, the others wait in line, and a failure frees its place', async () => {
  const inTurn = createTurns(2);
  const works = Array.from({ length: 4 }, aWork);
  const begun: number[] = [];
  const done = works.map(({ promise }, index) =>
    inTurn(async () => {
      begun.push(index);
      await promise;
      if (index === 0) throw new Error('failed');
      return index;
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  works[0]?.finish();
  await expect(done[0]).rejects.toThrow('failed');
  expect(begun).toEqual([0, 1, 2]);
  for (const { finish } of works) finish();
  expect(await Promise.all(done.slice(1))).toEqual([1, 2, 3]);
});

test('who comes while a place changes hands waits too', async () => {
  const inTurn = createTurns(1);
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  };
  const first = inTurn(work).then(() => inTurn(work));
  await Promise.all([first, inTurn(work), inTurn(work), inTurn(work)]);
  expect(most).toBe(1);
});
