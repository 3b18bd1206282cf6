import { aGame } from '@dugout/appliance/testing/test-games.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aReplica, aReplicatedVenue, type TestReplica } from '../testing/a-replica.ts';
import { until } from '../testing/a-venue.ts';

let cloud: TestCloud;
let venue: Awaited<ReturnType<typeof aReplicatedVenue>>;
let replica: TestReplica;
const staff = { as: 'user' } as const;
/** A picture is painted and sent, or the venue is busy, on a machine that has other things to do. */
const patient = { timeout: 120_000 };

beforeAll(async () => {
  cloud = await aCloud();
  venue = await aReplicatedVenue(cloud);
  await venue.caughtUp();
  replica = await aReplica(cloud, { config: { commandWaitMs: 0 } });
}, 240_000);

afterAll(async () => {
  await replica?.stop();
  await venue?.stop();
  await cloud?.stop();
});

const age = ({ headers }: { headers: Headers }) => ({
  asOf: Date.parse(headers.get('data-as-of') ?? ''),
  lag: Number(headers.get('data-lag-ms') ?? Number.NaN),
});

describe('every answer about a site tells how old its data are', () => {
  test.each([
    ['data', 'GET', '/api/floor', staff, 200],
    ['a page of nobody', 'GET', '/api/public/queue', {}, 200],
    ['where one is', 'GET', '/api/place', {}, 200],
    ['commands', 'GET', '/api/commands', staff, 200],
    ['nobody signed in', 'GET', '/api/floor', {}, 401],
    ['a wrong password', 'GET', '/api/floor', { as: { username: 'user', password: 'no' } }, 401],
    ['not allowed', 'GET', '/api/floor', { as: 'mlbtablet' }, 403],
    ['not there', 'GET', `/api/games/${crypto.randomUUID()}`, staff, 404],
    ['no such method', 'DELETE', '/api/floor', staff, 405],
    ['not well-formed', 'POST', '/api/games', { ...staff, body: {} }, 422],
    ['an action that waits', 'POST', '/api/games', { ...staff, body: { player: { name: 'A' } } }, 202],
    ['the venue’s alone', 'POST', '/api/devices', { ...staff, body: { name: 'rig-1', kind: 'rig' } }, 403],
  ] as const)('%s', async (_what, method, path, call, status) => {
    const verb = method.toLowerCase() as 'get' | 'post' | 'delete';
    const answer = await replica[verb](path, call);
    expect(answer.status).toBe(status);
    expect(age(answer).asOf).toBeGreaterThan(Date.now() - 300_000);
    expect(age(answer).lag).toBeGreaterThanOrEqual(0);
  });

  test('and one that is about none does not', async () => {
    for (const path of ['/healthz', '/docs', '/openapi.json', '/api/none'])
      expect((await replica.get(path)).headers.get('data-as-of')).toBeNull();
  });
});

test('an answer holds nothing that is newer than it says, and never goes back', patient, async () => {
  let adding = true;
  const added = (async () => {
    for (let guest = 0; adding && guest < 400; guest += 1) await aGame(venue, 'queued');
  })();
  let last = 0;
  let moved = 0;
  try {
    await until(async () => {
      const answer = await replica.get('/api/games?limit=200', staff);
      const { asOf } = age(answer);
      const newest = Math.max(
        0,
        ...answer.body.items.map(({ state_at }: { state_at: string }) => Date.parse(state_at)),
      );
      expect(newest).toBeLessThanOrEqual(asOf);
      expect(asOf).toBeGreaterThanOrEqual(last);
      if (asOf > last) moved += 1;
      last = asOf;
      return moved >= 10;
    }, 'ten moments');
  } finally {
    adding = false;
    await added;
  }
});

describe('a venue that is silent', () => {
  beforeAll(async () => {
    await venue.caughtUp();
    await venue.disconnect();
    await cloud.sql(
      'UPDATE sync.site SET applied_at = applied_at - 60000, heartbeat_at = heartbeat_at - 60000',
    );
  });

  test('ages, and is offline', async () => {
    expect(age(await replica.get('/api/floor', staff)).lag).toBeGreaterThanOrEqual(60_000);
    await until(async () => age(await replica.get('/api/floor')).lag >= 60_000);
    const { body } = await replica.get('/api/sites', staff);
    expect(body.items[0]).toMatchObject({ id: 'labs', state: 'offline' });
    expect(body.items[0].data_lag_ms).toBeGreaterThanOrEqual(60_000);
    expect(await replica.get('/api/replication', staff)).toMatchObject({
      body: { status: { state: 'offline' } },
    });
  });

  test('may have a guest’s page that is not here yet', async () => {
    const page = await replica.get('/s/zzzzzzzz');
    expect(page.status).toBe(202);
    expect(page.headers.get('retry-after')).toBe('10');
    expect(page.headers.get('content-type')).toMatch(/html/u);
    expect(page.body.toString()).toContain('on its way');
    expect(await replica.get('/sites/labs/s/zzzzzzzz')).toMatchObject({ status: 202 });
  });

  test('may have a picture that is not here yet', patient, async () => {
    await venue.connect();
    const game = await aGame(venue, 'completed');
    const page = new URL(game.page_url).pathname;
    const picture = `/api/games/${game.id}/souvenir`;
    await until(async () => (await replica.get(picture, staff)).status === 200);
    await venue.disconnect();
    await cloud.sql('DELETE FROM sync.media');
    const waiting = await replica.get(picture, staff);
    expect([waiting.status, waiting.headers.get('retry-after')]).toEqual([202, '1']);
    expect(await replica.get(`${page}/print.jpg`)).toMatchObject({ status: 202 });
    expect(await replica.get(page)).toMatchObject({ status: 200 });
  });

  test('has none under such a code once it has said all', async () => {
    await venue.connect();
    await until(async () => (await replica.get('/s/zzzzzzzz')).status === 404);
  });
});

describe('screens that follow a site', () => {
  async function follow(path: string, call: { authorization?: string } = {}) {
    const gone = new AbortController();
    const response = await fetch(replica.url + path, { headers: call, signal: gone.signal });
    let said = '';
    const reading = (async () => {
      for await (const chunk of response.body ?? []) said += Buffer.from(chunk).toString();
    })().catch(() => {});
    return {
      response,
      changes: (topic: string) =>
        said.split('event: change').filter((event) => event.includes(`"${topic}"`)).length,
      async leave() {
        gone.abort();
        await reading;
      },
    };
  }

  test('hear that it has moved on', async () => {
    const screen = await follow('/api/live?topics=queue,leaderboard');
    expect(screen.response.headers.get('content-type')).toBe('text/event-stream');
    await until(() => screen.changes('queue') > 0, 'the first word');
    await venue.caughtUp();
    const before = screen.changes('queue');
    await aGame(venue, 'queued');
    await until(() => screen.changes('queue') > before, 'a change');
    await screen.leave();
  });

  test('hear of the link when they are staff', async () => {
    const authorization = `Bearer ${await replica.tokenOf('user')}`;
    const screen = await follow('/api/live?topics=link', { authorization });
    const before = screen.changes('link');
    await aGame(venue);
    await until(() => screen.changes('link') > before, 'a change');
    await screen.leave();
  });
});
