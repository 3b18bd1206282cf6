import { expect, it } from 'vitest';
import { keepRecent } from './keep-recent.ts';

it('makes a thing once, and forgets what was not used for longest', async () => {
  const remember = keepRecent<string>(2);
  const made: string[] = [];
  const get = (key: string) =>
    remember(key, async () => {
      made.push(key);
      return key;
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await get(key)).toBe(key);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});

it('does not remember a failure', async () => {
  const remember = keepRecent<string>(2);
  await expect(remember('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await remember('a', async () => 'yes')).toBe('yes');
});
