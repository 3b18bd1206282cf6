import { createSignInDesk } from '@dugout/appliance/modules';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { aGame } from '@dugout/appliance/testing/test-games.ts';
import { aPlayer } from '@dugout/appliance/testing/test-users.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../postgres/connection.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aReplica, aReplicatedVenue, type TestReplica } from '../testing/a-replica.ts';
import { aMeasuredPlayer, type MeasuredPlayer } from '../testing/measured-player.ts';
import { audienceOf } from './token-site.ts';

type Venue = Awaited<ReturnType<typeof aReplicatedVenue>>;

const southPassword = 'the password of the south';
let cloud: TestCloud;
let north: Venue;
let south: Venue;
let replica: TestReplica;
let measured: MeasuredPlayer;
const southern = { username: 'user', password: southPassword };

beforeAll(async () => {
  cloud = await aCloud();
  north = await aReplicatedVenue(cloud, { site: 'north' });
  south = await aReplicatedVenue(cloud, {
    site: 'south',
    environment: { DUGOUT_BOOTSTRAP_PASSWORD: southPassword, DUGOUT_SITE_NAME: 'South Stand' },
  });
  await aGame(north, 'queued', { player: { name: 'Northerner' } });
  await south.post('/api/games', { as: southern, body: { player: { name: 'Southerner' } } });
  measured = await aMeasuredPlayer(south, [0.9]);
  await north.caughtUp();
  await south.caughtUp();
  replica = await aReplica(cloud);
}, 240_000);

afterAll(async () => {
  await replica?.stop();
  await north?.stop();
  await south?.stop();
  await cloud?.stop();
});

const namesIn = (body: { items: { attraction: string; player: { name: string } }[] }) =>
  body.items.filter(({ attraction }) => attraction === 'derby').map(({ player }) => player.name);

describe('a site is named', () => {
  test('by the path', async () => {
    for (const [site, call, name] of [
      ['north', { as: 'user' }, 'Northerner'],
      ['south', { as: southern }, 'Southerner'],
    ] as const) {
      const games = await replica.get(`/sites/${site}/games`, call);
      expect([games.status, namesIn(games.body)]).toEqual([200, [name]]);
    }
  });

  test('by whose token it is', async () => {
    const token = await replica.tokenOf('user', southPassword, '/sites/south');
    const games = await replica.get('/api/games', { token });
    expect([games.status, namesIn(games.body)]).toEqual([200, ['Southerner']]);
    expect((await replica.get('/api/place', { token })).body).toEqual({
      kind: 'replica',
      site: 'south',
      site_name: expect.any(String),
    });
    const cookie = { headers: { cookie: `dugout_session=${token}` } };
    expect(namesIn((await replica.get('/api/games', cookie)).body)).toEqual(['Southerner']);
  });

  test('by a guest’s code', async () => {
    const { body } = await south.get('/api/games', { as: southern });
    const page = await replica.get(new URL(body.items[0].page_url).pathname);
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('Southerner');
    expect(page.body.toString()).toContain('South Stand');
  });

  test('or nothing of it is told', async () => {
    for (const path of ['/api/public/queue', '/api/games', '/api/session', '/games/'])
      expect(await replica.get(path, { as: 'user' })).toMatchObject({
        status: 400,
        body: { code: 'site_required' },
      });
    expect(await replica.post('/login', { body: { username: 'user', password: 'x' } })).toMatchObject({
      status: 400,
    });
    expect((await replica.get('/api/place')).body).toEqual({ kind: 'replica', site: null, site_name: null });
    expect(await replica.get('/sites/west/api/public/queue')).toMatchObject({
      status: 404,
      body: { code: 'unknown_site' },
    });
  });

  test('in the list of those whose staff one is', async () => {
    const ids = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);
    expect(ids((await replica.get('/api/sites', { as: 'user' })).body)).toEqual(['north']);
    expect(ids((await replica.get('/api/sites', { as: southern })).body)).toEqual(['south']);
    const token = await replica.tokenOf('user', southPassword, '/sites/south');
    const { body } = await replica.get('/sites/north/api/sites', { token });
    expect(body.items).toEqual([expect.objectContaining({ id: 'south', state: 'live', pending_changes: 0 })]);
    // A password that is right in the south is not a wrong guess in the north.
    for (let times = 0; times < 15; times += 1) await replica.get('/api/sites', { as: southern });
    expect(await replica.get('/sites/north/api/queue', { as: 'user' })).toMatchObject({ status: 200 });
    expect(
      await replica.post('/sites/north/login', { body: { username: 'user', password: 'x' } }),
    ).toMatchObject({
      status: 401,
    });
    expect(await replica.get('/api/sites')).toMatchObject({ status: 401 });
    expect(await replica.get('/api/sites', { as: { username: 'user', password: 'no' } })).toMatchObject({
      status: 401,
    });
    const player = await aPlayer(north);
    await north.caughtUp();
    expect(await replica.get('/api/sites', { as: player.credentials })).toMatchObject({ status: 403 });
  });
});

describe('one site’s sign-in', () => {
  test('is worth nothing at another', async () => {
    const token = await replica.tokenOf('user', southPassword, '/sites/south');
    for (const path of ['/api/games', '/api/floor', '/api/session', '/api/commands', '/api/players/x'])
      expect(await replica.get(`/sites/north${path}`, { token })).toMatchObject({ status: 401 });
    expect(await replica.get('/sites/north/api/games', { as: southern })).toMatchObject({ status: 401 });
    const { body } = await north.get('/api/games', { as: 'user' });
    expect(await replica.get(`/sites/south/games/${body.items[0].id}`, { token })).toMatchObject({
      status: 404,
    });
  });

  test('shows a player what was measured of them there, and nobody of another site', async () => {
    const { id, as, games } = measured;
    const paths = [`/api/games/${games[0]}/progress`, `/api/players/${id}/progress`, '/api/me/events'];
    for (const path of paths) {
      expect(await replica.get(`/sites/south${path}`, { as })).toMatchObject({ status: 200 });
      expect(await replica.get(`/sites/north${path}`, { as })).toMatchObject({ status: 401 });
    }
    const staff = { as: 'user' } as const;
    for (const path of [`/games/${games[0]}/progress`, `/api/sessions?game_id=${games[0]}`])
      expect((await replica.get(`/sites/north${path}`, staff)).body).not.toHaveProperty('metrics');
    expect((await replica.get(`/sites/north/api/players/${id}/progress`, staff)).body.series).toEqual([]);
    expect((await replica.get(`/sites/north/api/sessions?player_id=${id}`, staff)).body.items).toEqual([]);
    expect((await replica.get(`/sites/north/api/players/${id}/calibrations`, staff)).body.items).toEqual([]);
  });

  test('cannot be renamed', async () => {
    const token = await replica.tokenOf('user', southPassword, '/sites/south');
    const [head, payload = '', signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, aud: audienceOf('north') })).toString('base64url');
    const renamed = `${head}.${forged}.${signature}`;
    expect(await replica.get('/api/games', { token: renamed })).toMatchObject({ status: 401 });
  });

  test('signed for another with the same key finds no session there', async () => {
    const token = await replica.tokenOf('user', southPassword, '/sites/south');
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const desk = createSignInDesk({
      records: {} as never,
      clock: systemClock,
      secretKey: 'a secret of the replica',
      audience: audienceOf('north'),
    });
    const { token: crossed } = await desk.issueToken('user', sid, Date.now());
    expect(await replica.get('/sites/north/api/games', { token: crossed })).toMatchObject({ status: 401 });
  });

  test('asks nothing of another', async () => {
    const token = await replica.tokenOf('user', southPassword, '/sites/south');
    const { body } = await north.get('/api/games', { as: 'user' });
    const cancelled = await replica.post(`/games/${body.items[0].id}/cancel`, { token });
    expect(cancelled).toMatchObject({ status: 404 });
    const rows = await cloud.sql<{ site_id: string }>('SELECT DISTINCT site_id FROM sync.command');
    expect(rows).toEqual([{ site_id: 'south' }]);
    const id = cancelled.headers.get('command-id');
    expect(await replica.get(`/sites/north/api/commands/${id}`, { as: 'user' })).toMatchObject({
      status: 404,
    });
  });
});

describe('the database itself', () => {
  const asReplica = async <Row>(before: string, text: string): Promise<Row[]> =>
    withConnection(await cloud.replicaUrl(), {}, async (connection) => {
      await connection.query(before);
      return (await connection.query<Row>(text)).rows;
    });

  test.each([
    ...['public.games', 'public.users', 'public.players', 'sync.command', 'sync.session'],
    ...['public.glove_calibrations', 'public.glove_sessions', 'public.processing_events', 'public.analyses'],
    ...['public.gloves', 'public.player_events', 'public.player_changes'],
  ])('shows no row of %s to whoever names no site, and those of one to whoever names it', async (table) => {
    const [all] = await cloud.sql<{ count: number }>(
      `SELECT count(*) AS count FROM ${table} WHERE site_id = 'south'`,
    );
    expect(all?.count).toBeGreaterThan(0);
    expect(await asReplica('BEGIN', `SELECT * FROM ${table}`)).toEqual([]);
    const seen = await asReplica<{ site_id: string }>(
      `BEGIN; SET LOCAL dugout.site = 'south'`,
      `SELECT * FROM ${table}`,
    );
    expect(seen).toHaveLength(all?.count ?? 0);
    expect(new Set(seen.map(({ site_id }) => site_id))).toEqual(new Set(['south']));
  });

  test('takes no row of the venue from the replica', async () => {
    for (const text of [
      'DELETE FROM public.games',
      `UPDATE public.games SET state = 'new'`,
      `UPDATE sync.site SET seq = 0`,
      `INSERT INTO sync.session (id, site_id, user_id, created_at, expires_at) VALUES ('x', 'north', 'x', 1, 1)`,
    ])
      await expect(asReplica(`BEGIN; SET LOCAL dugout.site = 'south'`, text)).rejects.toThrow(
        /permission denied|row-level security/u,
      );
  });

  test('keeps sites apart for a replica that signs in as its owner, too', async () => {
    const owned = await aReplica(cloud, { config: { cloudUrl: cloud.ownerUrl } });
    try {
      const games = await owned.get('/sites/south/games', { as: southern });
      expect(namesIn(games.body)).toEqual(['Southerner']);
    } finally {
      await owned.stop();
    }
  });
});
