import { expect, it } from 'vitest';
import { Problem } from '../errors.ts';
import { createPicturePress } from './picture-press.ts';

/** A piece of work that ends when it is told to, and tells whether it has begun. */
function handwork(name: string, log: string[]) {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    make: () => {
      log.push(name);
      return promise;
    },
    finish: () => resolve(name),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('makes one picture at a time, those that are awaited first', async () => {
  const press = createPicturePress();
  const log: string[] = [];
  const [first, second, third] = ['first', 'second', 'awaited'].map((name) => handwork(name, log));
  if (!first || !second || !third) throw new Error('unreachable');
  const results = [
    press.run(first.make, 'background'),
    press.run(second.make, 'background'),
    press.run(third.make, 'awaited'),
  ];
  await turn();
  expect(log).toEqual(['first']);
  expect(press.waiting).toBe(2);
  for (const work of [first, second, third]) work.finish();
  expect(await Promise.all(results)).toEqual(['first', 'second', 'awaited']);
  expect(log).toEqual(['first', 'awaited', 'second']);
});

it('refuses when too many wait, and takes again when they are done', async () => {
  const press = createPicturePress({ mayWait: 2 });
  const work = handwork('slow', []);
  const accepted = [0, 1, 2].map(() => press.run(work.make, 'background'));
  const refusal = await press.run(work.make, 'background').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Problem);
  expect(refusal).toMatchObject({ kind: { code: 'pictures_busy', status: 503 } });
  work.finish();
  await Promise.all(accepted);
  expect(await press.run(async () => 'again', 'background')).toBe('again');
});

it('goes on after a picture failed', async () => {
  const press = createPicturePress();
  const failed = press.run(() => Promise.reject(new Error('no ink')), 'background');
  const thrown = press.run(() => {
    throw new Error('no paper');
  }, 'background');
  const made = press.run(async () => 'made', 'background');
  await expect(failed).rejects.toThrow('no ink');
  await expect(thrown).rejects.toThrow('no paper');
  expect(await made).toBe('made');
});

it('stops when the picture in work is done, and refuses what waits', async () => {
  const press = createPicturePress();
  const work = handwork('last', []);
  const last = press.run(work.make, 'background');
  const waiting = press.run(async () => 'never', 'background').catch(() => 'refused');
  const stopped = press.stop().then(() => 'stopped');
  expect(await Promise.race([stopped, turn().then(() => 'running')])).toBe('running');
  expect(await waiting).toBe('refused');
  work.finish();
  expect(await last).toBe('last');
  expect(await stopped).toBe('stopped');
});
