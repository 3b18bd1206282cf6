import { aGame } from '@dugout/appliance/testing/test-games.ts';
import { aPlayer, aUser } from '@dugout/appliance/testing/test-users.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aReplica, aReplicatedVenue, type TestReplica } from '../testing/a-replica.ts';
import { until } from '../testing/a-venue.ts';

let cloud: TestCloud;
let venue: Awaited<ReturnType<typeof aReplicatedVenue>>;
let replica: TestReplica;
/** On the same data, but it does not wait for the venue. */
let hasty: TestReplica;

beforeAll(async () => {
  cloud = await aCloud();
  venue = await aReplicatedVenue(cloud);
  await venue.caughtUp();
  replica = await aReplica(cloud);
  hasty = await aReplica(cloud, { config: { commandWaitMs: 0 } });
}, 240_000);

afterAll(async () => {
  await replica?.stop();
  await hasty?.stop();
  await venue?.stop();
  await cloud?.stop();
});

const staff = { as: 'user' } as const;
const bodyOf = async (id: string) =>
  (await cloud.sql<{ body: Buffer }>('SELECT body FROM sync.command WHERE id = $1', [id]))[0]?.body.length;

test('no action of the venue answers 202: from afar that says that it is on its way', () => {
  const actions = venue.routes.filter(({ write }) => write !== undefined);
  expect(actions.filter(({ replies }) => 202 in replies).map(({ path }) => path)).toEqual([]);
});

describe('with the venue there', () => {
  test('an action has the venue’s own answer, and its effect can be read at once', async () => {
    const { id } = await aGame(venue, 'queued');
    await venue.caughtUp();
    const recalled = await replica.post(`/api/games/${id}/recall`, staff);
    expect(recalled).toMatchObject({ status: 200, body: { id, state: 'recalled' } });
    const command = recalled.headers.get('command-id') ?? '';
    expect(await replica.get(`/api/games/${id}`, staff)).toMatchObject({ body: { state: 'recalled' } });
    expect(await replica.get(`/api/commands/${command}`, staff)).toMatchObject({
      status: 200,
      body: { status: 'applied', method: 'POST', actor: 'user', answer: { status: 200 }, problem: null },
    });
    expect(recalled.headers.get('data-as-of')).not.toBeNull();
    const history = await venue.get(`/api/games/${id}/history`, staff);
    expect(history.body.items.at(-1)).toMatchObject({ actor: 'user', to: 'recalled' });
  });

  test('one that makes something answers 201', async () => {
    const made = await replica.post('/api/games', { ...staff, body: { player: { name: 'From Afar' } } });
    expect(made).toMatchObject({ status: 201, body: { state: 'new', player: { name: 'From Afar' } } });
    expect(await replica.get(`/games/${made.body.id}`, staff)).toMatchObject({ status: 200 });
  });

  test('what the venue refuses is refused in its words', async () => {
    const { id } = await aGame(venue, 'queued');
    await venue.caughtUp();
    const answer = await replica.post(`/api/games/${id}/play`, staff);
    expect(answer).toMatchObject({ status: 409, body: { code: 'invalid_transition', state: 'queued' } });
    expect(await replica.get(`/api/commands/${answer.headers.get('command-id')}`, staff)).toMatchObject({
      body: { status: 'rejected', problem: { code: 'invalid_transition' } },
    });
  });

  test('what cannot be right is refused here, and is no command', async () => {
    const before = await cloud.sql('SELECT id FROM sync.command');
    const { id } = await aGame(venue);
    await venue.caughtUp();
    const games = `/api/games/${id}`;
    expect(await replica.post(`${games}/complete`, { ...staff, body: { score: 'x' } })).toMatchObject({
      status: 422,
    });
    expect(await replica.post(`${games}/recall`, { as: 'mlbtablet' })).toMatchObject({ status: 403 });
    expect(await replica.post(`${games}/recall`)).toMatchObject({ status: 401 });
    expect(await replica.post('/api/games/none/recall', staff)).toMatchObject({ status: 404 });
    const device = { name: 'rig-9', kind: 'rig' };
    expect(await replica.post('/api/devices', { ...staff, body: device })).toMatchObject({
      status: 403,
      body: { code: 'venue_only' },
    });
    expect(await cloud.sql('SELECT id FROM sync.command')).toHaveLength(before.length);
  });

  test('a key means one action, whatever comes back', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = { player: { name: 'Only Once' } };
    const [first, second] = await Promise.all([
      replica.post('/api/games', { ...staff, headers, body }),
      replica.post('/api/games', { ...staff, headers, body }),
    ]);
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id } });
    expect(await replica.post('/api/games', { ...staff, headers, body })).toMatchObject({
      status: 201,
      body: { id: first.body.id },
    });
    const other = { player: { name: 'Somebody Else' } };
    expect(await replica.post('/api/games', { ...staff, headers, body: other })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    // Somebody else's key is another key.
    const tablet = await replica.post('/api/games', { as: 'mlbtablet', headers, body });
    expect(tablet.body.id).not.toBe(first.body.id);
  });

  test('a decision on what is no longer so is a conflict', async () => {
    const { id } = await aGame(venue, 'queued');
    await venue.caughtUp();
    await venue.disconnect();
    const asked = await hasty.post(`/api/games/${id}/recall`, staff);
    expect(asked).toMatchObject({ status: 202, body: { status: 'queued' } });
    await venue.post(`/api/games/${id}/cancel`, staff);
    await venue.connect();
    const command = `/api/commands/${asked.body.command_id}`;
    await until(async () => (await replica.get(command, staff)).body.status === 'conflict');
    expect(await replica.get(command, staff)).toMatchObject({
      body: { problem: { code: 'changed_meanwhile' }, answer: { status: 409 } },
    });
  });

  test('a player signs up, and what was sent is forgotten with the answer', async () => {
    const account = { username: 'from-afar', password: 'a password from afar' };
    const made = await replica.post('/api/players', { body: { name: 'Far Away', ...account } });
    expect(made).toMatchObject({ status: 201, body: { username: 'from-afar' } });
    expect(await bodyOf(made.headers.get('command-id') ?? '')).toBe(0);
    await venue.caughtUp();
    expect(await replica.post('/login', { body: account })).toMatchObject({
      status: 200,
      body: { user: { role: 'player' } },
    });
  });

  test('a guest answers on their own page', async () => {
    const game = await aGame(venue, 'recalled');
    const page = new URL(game.page_url).pathname;
    await venue.caughtUp();
    expect(await replica.get(page)).toMatchObject({ status: 200 });
    const answered = await replica.post(`${page}/coming`);
    expect([answered.status, answered.headers.get('location')]).toEqual([303, page]);
  });

  test('what Twilio posts reaches the venue as it was sent, and is the venue’s to refuse', async () => {
    const form = new URLSearchParams({ MessageSid: 'SM1', Body: 'hi' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'abc' };
    const route = venue.routes.find(({ path }) => path.includes('twilio'))?.path ?? '';
    const answer = await replica.post(route, { headers, body: Buffer.from(form) });
    expect(answer).toMatchObject({ status: 404 });
    const [command] = await cloud.sql('SELECT headers, actor_id FROM sync.command WHERE id = $1', [
      answer.headers.get('command-id'),
    ]);
    expect(command).toEqual({ headers, actor_id: '' });
  });
});

describe('with the venue away', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await aGame(venue, 'queued'));
    await venue.caughtUp();
    await venue.disconnect();
  });

  test('an action is queued, and done when the venue is back', async () => {
    const queued = await hasty.post(`/api/games/${id}/recall`, staff);
    expect(queued).toMatchObject({
      status: 202,
      body: { command_id: expect.any(String), status: 'queued', expires_at: expect.any(String) },
    });
    expect(queued.headers.get('data-lag-ms')).not.toBeNull();
    const command = `/api/commands/${queued.body.command_id}`;
    expect(queued.headers.get('location')).toBe(command);
    expect(await hasty.get(command, staff)).toMatchObject({
      body: { status: 'queued', fetched_at: null, answer: null },
    });
    expect((await hasty.get('/api/sites', staff)).body.items[0]).toMatchObject({ pending_commands: 1 });
    expect(await bodyOf(queued.body.command_id)).toBe(0);
    expect((await hasty.get('/api/commands', staff)).body.items[0]).toMatchObject({
      command_id: queued.body.command_id,
    });
    await venue.connect();
    await until(async () => (await hasty.get(command, staff)).body.status === 'applied');
    expect(await hasty.get(`/api/games/${id}`, staff)).toMatchObject({ body: { state: 'recalled' } });
    await venue.disconnect();
  });

  test('what was sent is forgotten when it is over, although nobody waited for it', async () => {
    const account = { username: 'patient', password: 'a password that waits' };
    const queued = await hasty.post('/api/players', { body: { name: 'Patient', ...account } });
    expect(await bodyOf(queued.body.command_id)).toBeGreaterThan(0);
    await venue.connect();
    const command = `/api/commands/${queued.body.command_id}`;
    await until(async () => (await hasty.get(command, staff)).body.status === 'applied');
    const another = await aReplica(cloud);
    await until(async () => (await bodyOf(queued.body.command_id)) === 0, 'forgetting');
    await another.stop();
    await venue.disconnect();
  });

  test('one that nobody has heard of is taken back at once', async () => {
    const queued = await hasty.post(`/api/games/${id}/confirm`, staff);
    const command = `/api/commands/${queued.body.command_id}`;
    expect(await hasty.post(`${command}/cancel`, staff)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', cancel_asked_at: expect.any(String) },
    });
    await venue.connect();
    const later = await replica.post('/api/games', { ...staff, body: { player: { name: 'Later' } } });
    expect(later).toMatchObject({ status: 201 });
    expect(await hasty.get(command, staff)).toMatchObject({ body: { status: 'cancelled' } });
    expect(await venue.get(`/api/games/${id}`, staff)).toMatchObject({ body: { state: 'recalled' } });
    const over = `/api/commands/${later.headers.get('command-id')}/cancel`;
    expect(await hasty.post(over, staff)).toMatchObject({ status: 409, body: { code: 'action_over' } });
    await venue.disconnect();
  });

  test('a guest who answers is told that it is on its way', async () => {
    const { page_url } = (await hasty.get(`/api/games/${id}`, staff)).body;
    const answered = await hasty.post(`${new URL(page_url).pathname}/leaving`);
    expect(answered.status).toBe(202);
    expect(answered.headers.get('content-type')).toMatch(/html/u);
    expect(answered.headers.get('retry-after')).not.toBeNull();
    expect(answered.body.toString()).toContain('on its way');
  });

  test('an action is its sender’s and the staff’s business', async () => {
    const [mine, other] = [await aPlayer(venue), await aPlayer(venue)];
    await venue.connect();
    await venue.caughtUp();
    await venue.disconnect();
    const asked = await hasty.patch(`/api/players/${mine.id}/consent`, {
      as: mine.credentials,
      body: { photo: true },
    });
    expect(asked.status).toBe(202);
    const command = `/api/commands/${asked.body.command_id}`;
    expect(await hasty.get(command, { as: mine.credentials })).toMatchObject({ status: 200 });
    expect(await hasty.get(command, staff)).toMatchObject({ status: 200 });
    for (const call of [{ as: other.credentials }, {}]) {
      expect(await hasty.get(command, call)).toMatchObject({ status: 404 });
      expect(await hasty.post(`${command}/cancel`, call)).toMatchObject({ status: 404 });
    }
    expect((await hasty.get('/api/commands', { as: other.credentials })).body.items).toEqual([]);
    expect(await hasty.get('/api/commands')).toMatchObject({ status: 401 });
  });

  test('staff who were let go in the meantime do nothing more', async () => {
    const gone = await aUser(venue, 'staff');
    await venue.connect();
    await venue.caughtUp();
    await venue.disconnect();
    const asked = await hasty.post('/api/queue/call-next', { as: gone, body: { attraction: 'derby' } });
    expect(asked.status).toBe(202);
    await venue.database.write((tx) =>
      tx.run(
        {
          compiled: () => ({
            text: 'UPDATE users SET disabled_at = 1 WHERE username = ?',
            bind: () => [gone.username],
          }),
        },
        {},
      ),
    );
    await venue.connect();
    const command = `/api/commands/${asked.body.command_id}`;
    await until(async () => (await hasty.get(command, staff)).body.status === 'rejected');
    expect(await hasty.get(command, { as: gone })).toMatchObject({ status: 401 });
  });
});
