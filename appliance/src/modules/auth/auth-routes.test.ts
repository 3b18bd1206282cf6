import { request } from 'node:http';
import mqtt from 'mqtt';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance, type Call, testPassword } from '../../testing/test-appliance.ts';
import { aPlayer } from '../../testing/test-users.ts';

const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

const hour = 3_600_000;
const user = { username: 'user', password: testPassword };
const login = (body: object = user, call: Call = {}) => venue.post('/login', { body, ...call });
const aToken = async (): Promise<string> => (await login()).body.token;
const bearer = (token: string): Call => ({ headers: { authorization: `Bearer ${token}` } });
const cookie = (token: string): Call => ({ headers: { cookie: `dugout_session=${token}` } });
const session = (call: Call = {}) => venue.get('/api/session', call);

describe('signing in', () => {
  test('answers a token, who it is and until when, and sets the cookie', async () => {
    const { status, body, headers } = await login();
    expect(status).toBe(200);
    expect(body.user).toMatchObject({ username: 'user', role: 'admin', player_id: null });
    expect(Date.parse(body.expires_at) - clock.now()).toBe(12 * hour);
    const set = headers.get('set-cookie') ?? '';
    expect(set).toContain(`dugout_session=${body.token};`);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200'])
      expect(set).toContain(attribute);
  });

  test.each(['/login', '/login/', '/api/login'])('works at %s', async (path) => {
    expect((await venue.post(path, { body: user })).status).toBe(200);
  });

  test.each([
    ['mlbtablet', 'tablet'],
    ['mlbvrgame', 'rig'],
    ['USER', 'admin'],
  ])('as %s is %s', async (username, role) => {
    expect((await login({ ...user, username })).body.user.role).toBe(role);
  });

  test('says the same of a wrong password as of nobody', async () => {
    const wrong = await login({ ...user, password: 'not it at all' });
    const nobody = await login({ username: 'nobody-of-that-name', password: 'not it at all' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } });
    expect({ ...wrong.body, request_id: '' }).toEqual({ ...nobody.body, request_id: '' });
    await login();
  });

  test.each([
    ['nothing', {}],
    ['no password', { username: 'user' }],
    ['an empty password', { username: 'user', password: '' }],
    ['a list', { username: ['user'], password: testPassword }],
    ['more than is asked', { ...user, role: 'admin' }],
    ['a password of a megabyte', { username: 'user', password: 'x'.repeat(1001) }],
  ])('with %s is refused', async (_case, body) => {
    expect(await login(body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });
});

describe('a token', () => {
  test('is taken as bearer and as cookie', async () => {
    const token = await aToken();
    expect(await session(bearer(token))).toMatchObject({ status: 200, body: { user: { username: 'user' } } });
    expect(await session(cookie(token))).toMatchObject({ status: 200, body: { user: { username: 'user' } } });
    expect((await session(bearer(token))).headers.get('renewed-token')).toBeNull();
  });

  test('is renewed once it is past half its life, and the old one works on', async () => {
    const token = await aToken();
    clock.stepWall(6 * hour);
    expect((await session(bearer(token))).headers.get('renewed-token')).toBeNull();
    clock.stepWall(1_000);
    const { headers } = await session(bearer(token));
    const renewed = headers.get('renewed-token') ?? '';
    expect(headers.get('set-cookie')).toBeNull();
    expect(await session(bearer(token))).toMatchObject({ status: 200 });
    clock.stepWall(6 * hour);
    expect(await session(bearer(token))).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    expect(await session(bearer(renewed))).toMatchObject({
      status: 200,
      body: { user: { username: 'user' } },
    });
  });

  test('in a cookie is renewed in the cookie', async () => {
    const token = await aToken();
    clock.stepWall(7 * hour);
    const { headers } = await session(cookie(token));
    const renewed = headers.get('renewed-token') ?? 'none';
    expect(headers.get('set-cookie')).toContain(`dugout_session=${renewed};`);
    expect((await session(cookie(renewed))).status).toBe(200);
  });

  test('does not live longer than its session, however often it is renewed', async () => {
    let token = await aToken();
    for (let thirds = 1; thirds < 30 * 3; thirds += 1) {
      clock.stepWall(8 * hour);
      token = (await session(bearer(token))).headers.get('renewed-token') ?? 'none';
    }
    expect((await session(bearer(token))).status).toBe(200);
    clock.stepWall(8 * hour);
    expect((await session(bearer(token))).status).toBe(401);
  });

  test('that is stale is no reason to refuse what is public, if it came by itself', async () => {
    expect((await venue.get('/api/attractions', cookie('stale'))).status).toBe(200);
    expect((await venue.get('/api/attractions', bearer('stale'))).status).toBe(401);
  });
});

describe('signing out', () => {
  test('ends every token of the session at once, and no other session', async () => {
    const [token, other] = [await aToken(), await aToken()];
    clock.stepWall(7 * hour);
    const renewed = (await session(bearer(token))).headers.get('renewed-token') ?? '';
    const out = await venue.post('/api/logout', cookie(token));
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/dugout_session=;.*Max-Age=0/u);
    for (const dead of [token, renewed]) {
      expect(await session(bearer(dead))).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
      expect((await session(cookie(dead))).status).toBe(401);
    }
    expect((await session(bearer(other))).status).toBe(200);
  });

  test('needs somebody who is signed in', async () => {
    expect((await venue.post('/api/logout')).status).toBe(401);
  });
});

describe('the cookie', () => {
  const withOrigin = (token: string, headers: Record<string, string>): Call => ({
    body: { name: 'Ana' },
    headers: { cookie: `a=b; dugout_session=${token}; c=d`, ...headers },
  });
  const host = new URL(venue.url).host;

  test.each([
    ['another site', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a page without origin', { origin: 'null' }],
    ['an origin that is none', { origin: 'not a url' }],
    ['our name within another', { origin: `http://${host}.evil.example` }],
    ['our name as its user', { origin: `http://${host}@evil.example` }],
    ['what the browser calls another site', { 'sec-fetch-site': 'cross-site' }],
  ])('is not honoured for %s', async (_case, headers) => {
    const token = await aToken();
    const refused = { status: 403, body: { code: 'cross_site_request' } };
    expect(await venue.post('/api/players', withOrigin(token, headers))).toMatchObject(refused);
    expect(await venue.post('/api/logout', withOrigin(token, headers))).toMatchObject(refused);
    expect((await session(cookie(token))).status).toBe(200);
  });

  test('is honoured for our own pages', async () => {
    const call = withOrigin(await aToken(), { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' });
    expect((await venue.post('/api/players', call)).status).toBe(201);
  });

  test('is not honoured for a site whose name begins like ours', async () => {
    const token = await aToken();
    for (const [origin, status] of [
      ['http://venue.local', 201],
      ['http://venue.local.evil.example', 403],
      ['http://evil.example/venue.local', 403],
      ['http://sub.venue.local', 403],
      ['http://venue.local:8080', 403],
    ] as const) {
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      const headers = { host: 'venue.local', origin, cookie: `dugout_session=${token}` };
      request(`${venue.url}/api/players`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end('{"name":"Ana"}');
      expect([origin, await promise]).toEqual([origin, status]);
    }
  });

  test('does not speak where a token was sent on purpose', async () => {
    const headers = { origin: 'http://evil.example', authorization: `Bearer ${await aToken()}` };
    const call = withOrigin('stale', headers);
    expect((await venue.post('/api/players', call)).status).toBe(201);
  });
});

describe('Basic', () => {
  const basic = (text: string): Call => ({ headers: { authorization: `Basic ${text}` } });
  const encoded = (text: string) => Buffer.from(text).toString('base64');

  test('signs the devices of the seed in', async () => {
    expect(await session({ as: 'mlbvrgame' })).toMatchObject({ body: { user: { role: 'rig' } } });
  });

  test('takes a password with colons in it', async () => {
    const username = 'colon-1';
    await aPlayer(venue, { username, password: 'a:b:c:d:e' });
    expect((await session({ as: { username, password: 'a:b:c:d:e' } })).status).toBe(200);
  });

  test.each([
    ['nothing', ''],
    ['what is not base 64', '%%%%'],
    ['no colon', encoded('user')],
    ['no name', encoded(`:${testPassword}`)],
    ['no password', encoded('user:')],
    ['a name as long as a header', encoded(`${'x'.repeat(8_000)}:y`)],
    ['bytes that are no text', Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')],
  ])('refuses %s', async (_case, text) => expect((await session(basic(text))).status).toBe(401));

  test.each(['Bearer', 'Basic', 'Digest username="user"', 'Negotiate x', 'bearer  x', ',', '\t'])(
    'the header %j is no sign-in',
    async (authorization) => expect((await session({ headers: { authorization } })).status).toBe(401),
  );
});

describe('guessing', () => {
  /** A venue whose failures are its own. */
  async function aVenue(directory = aTemporaryDirectory()) {
    const own = await aTestAppliance({ clock, directory });
    onTestFinished(own.stop);
    const guess = (username: string, password = 'wrong', headers = {}) =>
      own.post('/login', { body: { username, password }, headers });
    return { ...own, directory, guess };
  }

  test('ten times is let through, then nobody is, not even with the right password, until the wait is over', async () => {
    const { guess } = await aVenue();
    for (let times = 0; times < 10; times += 1) expect((await guess('user')).status).toBe(401);
    const refused = await guess('user', testPassword);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_sign_ins' } });
    expect(refused.headers.get('retry-after')).toBe('900');
    expect((await guess('USER', testPassword)).status).toBe(429);
    expect((await guess('mlbtablet', testPassword)).status).toBe(200);
    clock.stepWall(900_000);
    expect((await guess('user', testPassword)).status).toBe(200);
  });

  test('a hundred times in the same moment is ten times', async () => {
    const { guess } = await aVenue();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, times) => guess('user', `wrong ${times}`)),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(401), count(429)]).toEqual([10, 90]);
  });

  test('goes on where it was after a restart', async () => {
    const before = await aVenue();
    for (let times = 0; times < 10; times += 1) await before.guess('user');
    await before.stop();
    const after = await aVenue(before.directory);
    expect((await after.guess('user', testPassword)).status).toBe(429);
  });

  test('is not begun anew by another address that a header makes up', async () => {
    const { guess } = await aVenue();
    for (let times = 0; times < 10; times += 1)
      await guess('user', 'wrong', {
        'x-forwarded-for': `10.0.0.${times}`,
        forwarded: `for=10.0.0.${times}`,
      });
    expect((await guess('user', testPassword, { 'x-forwarded-for': '10.0.0.99' })).status).toBe(429);
  });

  test('many names from one address ends after a hundred', async () => {
    const { guess } = await aVenue();
    const statuses = [];
    for (let name = 0; name < 102; name += 1) statuses.push((await guess(`nobody-${name}`)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(100);
    expect(statuses.slice(100)).toEqual([429, 429]);
  });

  test('with Basic counts as well', async () => {
    const { get } = await aVenue();
    const call = { as: { username: 'mlbtablet', password: 'wrong' } };
    for (let times = 0; times < 10; times += 1) expect((await get('/api/session', call)).status).toBe(401);
    expect((await get('/api/session', { as: 'mlbtablet' })).status).toBe(429);
  });

  test('is forgiven by a success', async () => {
    const { guess } = await aVenue();
    for (let rounds = 0; rounds < 3; rounds += 1) {
      for (let times = 0; times < 9; times += 1) expect((await guess('user')).status).toBe(401);
      expect((await guess('user', testPassword)).status).toBe(200);
    }
  });
});

describe('a token for MQTT', () => {
  const ask = (call: Call) => venue.post('/api/mqtt-token', call);

  test('connects to the broker for a minute, and does nothing else', async () => {
    const { status, body } = await ask(bearer(await aToken()));
    expect(status).toBe(200);
    expect(body.username).toBe('user');
    expect(Date.parse(body.expires_at) - clock.now()).toBe(60_000);
    expect((await session(bearer(body.password))).status).toBe(401);
    const connect = () =>
      new Promise<string>((resolve) => {
        const client = mqtt.connect(`${venue.url.replace('http', 'ws')}/mqtt`, {
          protocolVersion: 4,
          clientId: 'user-page',
          username: body.username,
          password: body.password,
          reconnectPeriod: 0,
        });
        client.once('connect', () => resolve('connected'));
        client.once('error', () => resolve('refused'));
        onTestFinished(() => void client.end(true));
      });
    expect(await connect()).toBe('connected');
    await clock.advance(61_000);
    expect(await connect()).toBe('refused');
  });

  test('needs a session: who sends a password has one already', async () => {
    expect(await ask({ as: 'user' })).toMatchObject({ status: 409, body: { code: 'no_session' } });
    expect((await ask({})).status).toBe(401);
  });
});
