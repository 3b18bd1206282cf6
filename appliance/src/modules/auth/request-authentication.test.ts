import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../platform/database/database.ts';
import { readMigrations } from '../../platform/database/migrations.ts';
import { createIds } from '../../platform/ids.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { createAuthService } from './auth-service.ts';
import { createPasswords } from './passwords.ts';
import { createRequestAuthentication } from './request-authentication.ts';
import { recordsIn } from './sign-in-records.ts';
import { createSignIn } from './sign-in-service.ts';
import { createTokens } from './tokens.ts';

const migrations = readMigrations(join(import.meta.dirname, '../../../migrations'));
const minute = 60_000;
const basic = (password: string) => `Basic ${Buffer.from(`rig-1:${password}`).toString('base64')}`;
const right = basic('the right one');

let clock: ReturnType<typeof createFakeClock>;
let hashes: number;
let authenticate: ReturnType<typeof createRequestAuthentication>;
let disable: () => Promise<void>;

const from = (authorization: string, address = '10.0.0.1') =>
  authenticate({ authorization, cookie: undefined, address });

beforeEach(async () => {
  clock = createFakeClock();
  hashes = 0;
  const database = openDatabase({ directory: aTemporaryDirectory(), migrations, clock });
  onTestFinished(() => database.close());
  const real = createPasswords();
  const passwords = {
    ...real,
    verify: (...args: Parameters<typeof real.verify>) => {
      hashes += 1;
      return real.verify(...args);
    },
  };
  const auth = createAuthService({ clock, ids: createIds(clock) });
  const signIn = createSignIn({
    records: recordsIn(database),
    clock,
    passwords,
    tokens: createTokens('a secret of a venue', 'labs'),
  });
  const passwordHash = await real.hash('the right one');
  const { id } = await database.write((tx) =>
    auth.addUser(tx, { username: 'rig-1', role: 'rig', passwordHash }),
  );
  authenticate = createRequestAuthentication(signIn, clock);
  disable = async () => {
    await database.write((tx) => auth.disableUser(tx, id));
  };
});

describe('Basic credentials', () => {
  test('cost one password hash, however many requests a device makes', async () => {
    for (let request = 0; request < 50; request += 1)
      expect(await from(right)).toMatchObject({ principal: { username: 'rig-1', role: 'rig' } });
    expect(hashes).toBe(1);
  });

  test('cost one, also when the requests arrive together', async () => {
    await Promise.all(Array.from({ length: 50 }, () => from(right)));
    expect(hashes).toBe(1);
  });

  test('are checked anew after five minutes, whatever the wall clock says', async () => {
    await from(right);
    clock.stepWall(-3 * 60 * minute);
    await clock.advance(5 * minute - 1);
    await from(right);
    expect(hashes).toBe(1);
    await clock.advance(1);
    await from(right);
    expect(hashes).toBe(2);
  });

  test('that are wrong are remembered neither as right nor as wrong', async () => {
    for (let tries = 1; tries <= 3; tries += 1) {
      await expect(from(basic('a wrong one'))).rejects.toMatchObject({ kind: { code: 'wrong_credentials' } });
      expect(hashes).toBe(tries);
    }
    expect(await from(right)).not.toBeNull();
  });

  test('of a device that was taken out end at once', async () => {
    await from(right);
    await disable();
    await expect(from(right)).rejects.toMatchObject({ kind: { code: 'wrong_credentials' } });
  });

  test('are not looked at once there were too many failures', async () => {
    for (let tries = 0; tries < 10; tries += 1) await from(basic(`wrong ${tries}`)).catch(() => {});
    expect(hashes).toBe(10);
    await expect(from(right)).rejects.toMatchObject({ kind: { code: 'too_many_sign_ins' } });
    expect(hashes).toBe(10);
  });

  test('of a device work on while a stranger guesses its password from another address', async () => {
    for (let tries = 0; tries < 12; tries += 1)
      await from(basic(`wrong ${tries}`), '10.0.0.66').catch(() => {});
    await expect(from(right, '10.0.0.66')).rejects.toMatchObject({ kind: { code: 'too_many_sign_ins' } });
    expect(await from(right)).toMatchObject({ principal: { username: 'rig-1' } });
  });
});

test('who sends nothing is nobody, and that is no error', async () => {
  expect(await authenticate({ authorization: undefined, cookie: undefined, address: '' })).toBeNull();
});
