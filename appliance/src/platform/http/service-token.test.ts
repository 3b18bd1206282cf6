import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { anonymous } from './principal.ts';
import { createServiceSignIn, readServiceToken } from './service-token.ts';

const others = async () => ({ principal: { ...anonymous, username: 'somebody else' } });

/** A started sign-in, and who it takes a caller for. */
function aSignIn(directory = aTemporaryDirectory()) {
  const signIn = createServiceSignIn(directory, others);
  signIn.start();
  const who = async (authorization: string | undefined, address = '127.0.0.1') =>
    (await signIn.authenticate({ authorization, cookie: undefined, address }))?.principal.username;
  return { directory, who, file: join(directory, 'keys', 'service-token') };
}

test('the token is made once, for the appliance’s own user to read, and kept', () => {
  const { directory, file } = aSignIn();
  const token = readServiceToken(directory);
  expect(token).toMatch(/^[\w-]{43}$/u);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  aSignIn(directory);
  expect(readServiceToken(directory)).toBe(token);
});

test.each(['', 'half a tok', 'x'.repeat(200)])('a token that is none (%j) is made anew', (content) => {
  const { directory, file } = aSignIn();
  writeFileSync(file, content);
  chmodSync(file, 0o644);
  expect(readServiceToken(directory)).toBeNull();
  aSignIn(directory);
  expect(readServiceToken(directory)).toMatch(/^[\w-]{43}$/u);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('there is none before the first start', () => {
  expect(readServiceToken(aTemporaryDirectory())).toBeNull();
});

test('it is taken from this machine alone, and nothing else is taken for it', async () => {
  const { who, file } = aSignIn();
  const token = readFileSync(file, 'utf8').trim();
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.9.1'])
    expect(await who(`Bearer ${token}`, address)).toBe('service');
  expect(await who(`bearer ${token}`)).toBe('service');
  for (const address of ['192.168.1.7', '::ffff:10.0.0.1', 'fe80::1', ''])
    expect(await who(`Bearer ${token}`, address)).toBe('somebody else');
  for (const wrong of [
    undefined,
    '',
    'Bearer',
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
  ])
    expect(await who(wrong)).toBe('somebody else');
});
