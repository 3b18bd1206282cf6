import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { testPassword } from '@dugout/appliance/testing/test-appliance.ts';
import { aPlayer, aUser } from '@dugout/appliance/testing/test-users.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aReplica, aReplicatedVenue, type TestReplica } from '../testing/a-replica.ts';

const secretKey = 'one secret for the venue and the replica';
const hour = 3_600_000;
let cloud: TestCloud;
let venue: Awaited<ReturnType<typeof aReplicatedVenue>>;
let replica: TestReplica;
let ahead = 0;
const clock = { ...systemClock, now: () => systemClock.now() + ahead };

beforeAll(async () => {
  cloud = await aCloud();
  venue = await aReplicatedVenue(cloud, { environment: { DUGOUT_SECRET_KEY: secretKey } });
  await venue.caughtUp();
  replica = await aReplica(cloud, { clock, config: { secretKey } });
}, 240_000);

beforeEach(async () => {
  ahead = 0;
  await cloud.sql('DELETE FROM sync.sign_in_failure');
});

afterAll(async () => {
  await replica?.stop();
  await venue?.stop();
  await cloud?.stop();
});

const signIn = (body: object) => replica.post('/login', { body });
const session = (call: Parameters<TestReplica['get']>[1]) => replica.get('/api/session', call);

async function disableAtVenue(username: string): Promise<void> {
  const text = 'UPDATE users SET disabled_at = 1 WHERE username = ?';
  await venue.database.write((tx) => tx.run({ compiled: () => ({ text, bind: () => [username] }) }, {}));
  await venue.caughtUp();
}

test('a text with a NUL, which Postgres cannot be asked for, is the sender’s fault', async () => {
  const malformed = { status: 400, body: { code: 'malformed_request' } };
  expect(await signIn({ username: 'us\0er', password: testPassword })).toMatchObject(malformed);
  for (const path of ['/api/games?cursor=%00', '/api/jobs?kind=%00', '/sites/labs/s/32zp%00wj2m78'])
    expect(await replica.get(path, { as: 'user' })).toMatchObject(malformed);
});

describe('signing in', () => {
  test('with a user of the venue gives a token and a cookie', async () => {
    const answer = await signIn({ username: 'User', password: testPassword });
    expect(answer).toMatchObject({ status: 200, body: { user: { username: 'user', role: 'admin' } } });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^dugout_session=.+; HttpOnly; SameSite=Strict; Secure$/u,
    );
    expect(await session({ token: answer.body.token })).toMatchObject({
      status: 200,
      body: { user: { username: 'user' } },
    });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await session({ headers: { cookie } })).toMatchObject({ status: 200 });
  });

  test('works for players and for devices', async () => {
    const player = await aPlayer(venue);
    const rig = await aUser(venue, 'rig');
    await venue.caughtUp();
    expect(await signIn(player.credentials)).toMatchObject({ body: { user: { role: 'player' } } });
    expect(await session({ as: rig })).toMatchObject({ body: { user: { role: 'rig' } } });
  });

  test.each([
    ['a wrong password', { username: 'user', password: 'wrong' }, 401, 'wrong_credentials'],
    ['a name that nobody has', { username: 'nobody', password: 'wrong' }, 401, 'wrong_credentials'],
    ['half a request', { username: 'user' }, 422, 'invalid_request'],
  ])('is refused with %s', async (_what, body, status, code) => {
    expect(await signIn(body)).toMatchObject({ status, body: { code } });
  });

  test('is not possible with a token of the venue, though both have one key, nor the other way round', async () => {
    const body = { username: 'user', password: testPassword };
    const { token } = (await venue.post('/login', { body })).body;
    expect(await session({ token })).toMatchObject({ status: 401 });
    const headers = { authorization: `Bearer ${await replica.tokenOf('user')}` };
    expect(await venue.get('/api/session', { headers })).toMatchObject({ status: 401 });
  });
});

describe('a session', () => {
  test('ends when it is signed out, and the others do not', async () => {
    const [token, other] = [await replica.tokenOf('user'), await replica.tokenOf('user')];
    expect(await replica.post('/api/logout', { token })).toMatchObject({ status: 204 });
    expect(await session({ token })).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    expect(await session({ token: other })).toMatchObject({ status: 200 });
  });

  test('is renewed past half the life of its token, and over when that is over', async () => {
    const token = await replica.tokenOf('user');
    expect((await session({ token })).headers.get('renewed-token')).toBeNull();
    ahead = 7 * hour;
    const renewed = (await session({ token })).headers.get('renewed-token') ?? '';
    ahead = 13 * hour;
    expect(await session({ token })).toMatchObject({ status: 401 });
    expect(await session({ token: renewed })).toMatchObject({ status: 200 });
  });

  test('is known to another replica, and to this one after a restart', async () => {
    const token = await replica.tokenOf('user');
    const other = await aReplica(cloud, { config: { secretKey } });
    try {
      expect(await other.get('/api/session', { token })).toMatchObject({ status: 200 });
      await other.post('/api/logout', { token });
      expect(await session({ token })).toMatchObject({ status: 401 });
    } finally {
      await other.stop();
    }
  });
});

test('who is disabled at the venue is out at the next request, by token and by a password that was remembered', async () => {
  const staff = await aUser(venue, 'staff');
  await venue.caughtUp();
  const token = await replica.tokenOf(staff.username, staff.password);
  expect(await session({ token })).toMatchObject({ status: 200 });
  expect(await session({ as: staff })).toMatchObject({ status: 200 });
  await disableAtVenue(staff.username);
  expect(await session({ token })).toMatchObject({ status: 401 });
  expect(await session({ as: staff })).toMatchObject({ status: 401 });
  expect(await signIn(staff)).toMatchObject({ status: 401 });
});

test('ten wrong passwords pause a name at this address, at every replica, and a restart gives no new tries', async () => {
  const wrong = { username: 'mlbtablet', password: 'wrong' };
  for (let attempt = 0; attempt < 10; attempt += 1) expect((await signIn(wrong)).status).toBe(401);
  const restarted = await aReplica(cloud, { config: { secretKey } });
  try {
    for (const one of [replica, restarted]) {
      const right = { username: 'mlbtablet', password: testPassword };
      const answer = await one.post('/login', { body: right });
      expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_sign_ins' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await one.post('/login', { body: { username: 'user', password: testPassword } })).toMatchObject({
        status: 200,
      });
    }
  } finally {
    await restarted.stop();
  }
});
