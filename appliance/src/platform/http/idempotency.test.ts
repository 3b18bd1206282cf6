import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance, type Call, testPassword } from '../../testing/test-appliance.ts';
import { aGame } from '../../testing/test-games.ts';
import { aUser } from '../../testing/test-users.ts';
import { queriesOver } from '../database/query.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const keyed = (key: string, call: Call = {}): Call => ({
  as: 'user',
  ...call,
  headers: { 'idempotency-key': key, ...call.headers },
});
const guest = (name: string) => ({ body: { player: { name }, attraction: 'pong' } });
const gamesOf = async (name: string) =>
  (await venue.get('/api/games?limit=200&attraction=pong', { as: 'user' })).body.items.filter(
    (game: { player: { name: string } }) => game.player.name === name,
  );
const stepsOf = async (id: string) =>
  (await venue.get(`/api/games/${id}/history`, { as: 'user' })).body.items;

describe('the same request with the same key', () => {
  test('five times in parallel is one guest and one answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => venue.post('/api/games', keyed('five', guest('Five')))),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect(await gamesOf('Five')).toHaveLength(1);
  });

  test('twenty times in parallel is one call of one guest', async () => {
    const [first, second] = [await aGame(venue, 'queued'), await aGame(venue, 'queued')];
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => venue.post('/api/queue/call-next', keyed('call'))),
    );
    expect(new Set(answers.map(({ body }) => body.id))).toEqual(new Set([first.id]));
    expect(await stepsOf(first.id)).toHaveLength(3);
    expect(await stepsOf(second.id)).toHaveLength(2);
  });

  test('has its first answer again later, also a refusal, also when it would be possible now', async () => {
    const { id } = await aGame(venue, 'new');
    const play = () => venue.post(`/api/games/${id}/play`, keyed('play'));
    const first = await play();
    expect(first).toMatchObject({ status: 409, body: { code: 'invalid_transition', state: 'new' } });
    await venue.post(`/api/games/${id}/confirm`, { as: 'user', body: { override: true } });
    const again = await play();
    expect(again.status).toBe(409);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('content-type')).toBe('application/problem+json');
    expect(await stepsOf(id)).toHaveLength(2);
  });

  test('is the same by whichever of its addresses it comes', async () => {
    const addresses = ['/api/games', '/games', '/games/'];
    const answers = await Promise.all(
      addresses.map((path) => venue.post(path, keyed('alias', guest('Alias')))),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await gamesOf('Alias')).toHaveLength(1);
  });

  test('brings the same token and cookie', async () => {
    const body = { username: 'user', password: testPassword };
    const [one, two] = [
      await venue.post('/login', keyed('in', { body })),
      await venue.post('/login', keyed('in', { body })),
    ];
    expect(two.body).toEqual(one.body);
    expect(two.headers.get('set-cookie')).toBe(one.headers.get('set-cookie'));
  });

  test('has its answer after a restart', async () => {
    const directory = aTemporaryDirectory();
    const environment = { DUGOUT_SECRET_KEY: 'the same before and after the restart' };
    const before = await aTestAppliance({ directory, environment });
    const first = await before.post('/api/games', keyed('restart', guest('Before')));
    await before.stop();
    const after = await aTestAppliance({ directory, environment });
    onTestFinished(after.stop);
    const again = await after.post('/api/games', keyed('restart', guest('Before')));
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await after.get('/api/games', { as: 'user' })).body.items).toHaveLength(1);
  });

  test('is another one from somebody else, and from nobody', async () => {
    const staff = await aUser(venue, 'staff');
    const mine = await venue.post('/api/games', keyed('mine', guest('Mine')));
    const theirs = await venue.post('/api/games', keyed('mine', { ...guest('Mine'), as: staff }));
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
    const signUp = () =>
      venue.post('/api/players', { body: { name: 'Ana' }, headers: { 'idempotency-key': 'mine' } });
    expect((await signUp()).body.id).toBe((await signUp()).body.id);
  });
});

describe('a key that was used', () => {
  test.each([
    ['body', '/api/games', guest('Other')],
    [
      'body by a space',
      '/api/games',
      { body: Buffer.from('{"player":{"name":"Key"}, "attraction":"pong"}') },
    ],
    ['path', '/api/players', { body: { name: 'Key' } }],
  ])('is refused for another %s', async (_what, path, call) => {
    await venue.post('/api/games', keyed('key', guest('Key')));
    const headers = { 'content-type': 'application/json' };
    const refusal = await venue.post(path, keyed('key', { ...call, headers }));
    expect(refusal).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await gamesOf('Key')).toHaveLength(1);
    expect(await gamesOf('Other')).toHaveLength(0);
  });
});

describe('a key', () => {
  test.each(['', ' ', 'two words', 'x'.repeat(201), 'a, b', 'tab\there', 'é'])(
    'may not be %j',
    async (key) => {
      const refusal = await venue.post('/api/games', keyed(key, guest('Bad key')));
      expect(refusal).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
      expect(await gamesOf('Bad key')).toHaveLength(0);
    },
  );

  test('may be two hundred characters', async () => {
    expect((await venue.post('/api/games', keyed('~'.repeat(200), guest('Long key')))).status).toBe(201);
  });

  test('means nothing where nothing is written', async () => {
    const read = () => venue.get('/api/attractions', keyed('read'));
    expect((await read()).status).toBe(200);
    await venue.patch('/api/attractions/glove', { as: 'user', body: { capacity: 77 } });
    expect(JSON.stringify((await read()).body)).toContain('77');
  });

  test('is not used up by who was not let in, or by what was not understood', async () => {
    const call = keyed('not-yet', guest('Not yet'));
    expect((await venue.post('/api/games', { ...call, as: 'mlbvrgame' })).status).toBe(403);
    expect((await venue.post('/api/games', keyed('not-yet', { body: { player: {} } }))).status).toBe(422);
    expect((await venue.post('/api/games', call)).status).toBe(201);
  });
});

test('answers are kept sealed: a token or a name cannot be read from where they lie', async () => {
  const body = { username: 'user', password: testPassword };
  const { token } = (await venue.post('/login', keyed('sealed', { body }))).body;
  await venue.post('/api/games', keyed('sealed-2', guest('Sealed Name')));
  const replies = queriesOver<{ idempotency_replies: { reply: Buffer } }>()((db) =>
    db.selectFrom('idempotency_replies').select('reply'),
  );
  const kept = venue.database.now.all(replies, {}).map(({ reply }) => reply.toString('latin1'));
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.join()).not.toContain('Sealed');
  expect(kept.join()).not.toContain(token);
});
