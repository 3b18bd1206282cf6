import { request } from 'node:http';
import { metricKeys } from '@dugout/appliance/contract/metrics.ts';
import { phoneGameLimit } from '@dugout/appliance/contract/progress.ts';
import { aPhoneGame } from '@dugout/appliance/testing/phone-games.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aReplica, aReplicatedVenue, type TestReplica } from '../testing/a-replica.ts';
import { aMeasuredPlayer, type MeasuredPlayer } from '../testing/measured-player.ts';

let cloud: TestCloud;
let venue: Awaited<ReturnType<typeof aReplicatedVenue>>;
let replica: TestReplica;
let player: MeasuredPlayer;

beforeAll(async () => {
  cloud = await aCloud();
  venue = await aReplicatedVenue(cloud);
  player = await aMeasuredPlayer(venue, [0.9]);
  await venue.caughtUp();
  replica = await aReplica(cloud);
}, 240_000);

afterAll(async () => {
  await replica?.stop();
  await venue?.stop();
  await cloud?.stop();
});

const tell = (number: number) =>
  venue.database.write((tx) =>
    venue.notifications.tell(tx, {
      playerId: player.id,
      type: 'test',
      payload: { number },
      uniqueKey: `number ${number}`,
    }),
  );
type Side = Pick<TestReplica, 'get'>;
const mine = { events: '/api/me/events', sync: '/api/me/sync' };
const ask = async (side: Side, path: string, since?: string) => {
  const { status, body } = await side.get(`${path}${since === undefined ? '' : `?since=${since}`}`, {
    as: player.as,
  });
  expect(status).toBe(200);
  return body;
};
const numbers = ({ items }: { items: { number?: number }[] }) => items.flatMap(({ number }) => number ?? []);

test('the result of a game reaches a phone that only ever asks the replica, with all its metrics', async () => {
  const { items } = await ask(replica, mine.events);
  expect(items).toEqual([
    expect.objectContaining({ type: 'reconciliation', game_id: player.games[0], status: 'not_enough_data' }),
  ]);
  expect(Object.keys(items[0].metrics).sort()).toEqual([...metricKeys].sort());
});

test('a phone that goes from the venue to the replica and back has each event once, also when the replica is behind', async () => {
  await tell(1);
  await venue.caughtUp();
  await venue.disconnect();
  await tell(2);
  const atVenue = await ask(venue, mine.events);
  expect(numbers(atVenue)).toEqual([1, 2]);
  const synced = await ask(venue, mine.sync);

  const behind = await ask(replica, mine.events, atVenue.next_cursor);
  expect(behind).toEqual({ items: [], next_cursor: atVenue.next_cursor, more: false, reset: false });
  const syncedBehind = await ask(replica, mine.sync, synced.next_cursor);
  expect(syncedBehind).toMatchObject({ games: [], progress: [], events: [], reset: false });
  expect(syncedBehind.next_cursor).toBe(synced.next_cursor);

  await tell(3);
  await venue.connect();
  await venue.caughtUp();
  const ahead = await ask(replica, mine.events, behind.next_cursor);
  expect(numbers(ahead)).toEqual([3]);
  expect((await ask(replica, mine.sync, synced.next_cursor)).events).toEqual(ahead.items);
  expect((await ask(venue, mine.events, ahead.next_cursor)).items).toEqual([]);
  expect((await ask(venue, mine.events)).items).toEqual((await ask(replica, mine.events)).items);
});

test('in the middle of a catch-up nothing is told that would have the rest skipped', async () => {
  const { next_cursor } = await ask(replica, mine.events);
  const part = "UPDATE sync.site SET consistent_seq = consistent_seq - 1 WHERE site_id = 'labs'";
  await venue.disconnect();
  await cloud.sql(part);
  for (const path of Object.values(mine)) {
    const answer = await replica.get(`${path}?since=${next_cursor}`, { as: player.as });
    expect(answer).toMatchObject({ status: 503, body: { code: 'catching_up' } });
    expect(answer.headers.get('retry-after')).toBe('2');
  }
  const stream = await replica.get(mine.events, { as: player.as, headers: { accept: 'text/event-stream' } });
  expect([stream.status, stream.body.toString()]).toEqual([200, 'retry: 2000\n\n']);
  expect(await replica.get('/api/me/progress', { as: player.as })).toMatchObject({ status: 200 });
  await tell(4);
  await venue.connect();
  await venue.caughtUp();
  expect(numbers(await ask(replica, mine.events, next_cursor))).toEqual([4]);
});

test('a game of 64 MB is no command: it is refused before it is read', { timeout: 60_000 }, async () => {
  const before = await cloud.sql('SELECT id FROM sync.command');
  const small = await replica.post('/game', { as: player.as, body: aPhoneGame({ seconds: 1 }) });
  expect(small).toMatchObject({ status: 403, body: { code: 'venue_only' } });
  const credentials = Buffer.from(`${player.as.username}:${player.as.password}`).toString('base64');
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asking = request(`${replica.url}/game`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/json',
        'content-length': phoneGameLimit,
      },
    });
    // A first part alone: whoever waits for the rest of it never answers.
    asking.write(Buffer.alloc(1_000, 0x20));
    asking.once('response', (response) => {
      resolve(response.statusCode);
      asking.destroy();
    });
    asking.once('error', reject);
  });
  expect(status).toBe(403);
  expect(await cloud.sql('SELECT id FROM sync.command')).toHaveLength(before.length);
});

/** Where in the cloud a text stands in some column, by table; with bytes as what they are. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await cloud.sql<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'sync') ORDER BY 1`,
  );
  const inHex = Buffer.from(text).toString('hex');
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await cloud.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${name} t WHERE t::text LIKE $1 OR t::text LIKE $2`,
      [`%${text}%`, `%${inHex}%`],
    );
    if ((row?.count ?? 0) > 0) found.push(name);
  }
  return found;
}

test('what is erased from afar is gone at the venue and in the cloud, and so is what the cloud could not hold', async () => {
  const staff = { as: 'user' } as const;
  const [{ id: session }] = (await venue.get(`/api/sessions?player_id=${player.id}`, staff)).body.items;
  // A row that the cloud once refused, as it then was.
  const [analysis] = await cloud.sql<{ id: string; bytes: Buffer }>(
    "SELECT processing_event_id AS id, convert_to(row_to_json(a)::text, 'UTF8') AS bytes FROM public.analyses a",
  );
  await venue.disconnect();
  await cloud.sql(
    `INSERT INTO sync.quarantine (site_id, table_name, key, error, row_bytes, at)
     VALUES ('labs', 'analyses', $1, 'refused', $2, 1)`,
    [JSON.stringify([analysis?.id]), analysis?.bytes ?? null],
  );
  await venue.connect();
  expect(await tablesWith('rom_index')).toEqual([
    'public.analyses',
    'public.player_events',
    'sync.quarantine',
  ]);
  expect(await tablesWith(':900}')).toEqual(['public.glove_calibrations']);

  await venue.post('/api/job-kinds/sessions.erase/pause', staff);
  const erased = await replica.delete(`/api/players/${player.id}/sensor-data`, { as: player.as });
  expect(erased).toMatchObject({ status: 200, body: { player_id: player.id, sessions: 1 } });
  expect(await venue.get(`/api/sessions/${session}/export`, staff)).toMatchObject({
    status: 410,
    body: { code: 'recording_gone' },
  });
  await venue.caughtUp();
  expect(await tablesWith('rom_index')).toEqual([]);
  expect(await tablesWith(':900}')).toEqual([]);
  expect(
    await cloud.sql('SELECT state, kept, hand, calibration FROM public.glove_sessions WHERE id = $1', [
      session,
    ]),
  ).toEqual([{ state: 'erased', kept: 'none', hand: null, calibration: null }]);

  const progress = `/api/games/${player.games[0]}/progress`;
  for (const side of [venue, replica]) {
    expect((await side.get(progress, { as: player.as })).body).toMatchObject({
      state: 'failed',
      code: 'erased',
    });
    expect((await side.get('/api/me/progress', { as: player.as })).body.series).toEqual([]);
    const { items } = await ask(side, mine.events);
    expect(items[0]).toEqual({
      id: expect.any(String),
      type: 'reconciliation',
      at: expect.any(String),
      withdrawn: true,
    });
    expect((await ask(side, mine.sync)).deleted).toEqual([{ kind: 'progress', id: player.games[0] }]);
  }
  await venue.post('/api/job-kinds/sessions.erase/resume', staff);
});

test('consent that is withdrawn from afar takes the recordings, and leaves the results; the next game is refused', async () => {
  const other = await aMeasuredPlayer(venue, [0.8]);
  await venue.caughtUp();
  const states = () =>
    cloud.sql('SELECT state, kept, hand FROM public.glove_sessions WHERE player_id = $1', [other.id]);
  expect(await states()).toEqual([{ state: 'closed', kept: 'raw', hand: 'right' }]);
  const path = `/api/players/${other.id}/consent`;
  const withdrawn = await replica.patch(path, { as: other.as, body: { sensor: false } });
  expect(withdrawn).toMatchObject({ status: 200, body: { sensor: false } });
  await venue.caughtUp();
  expect(await states()).toEqual([{ state: 'erased', kept: 'none', hand: null }]);
  expect((await replica.get('/api/me/progress', { as: other.as })).body.series).toHaveLength(1);
  const refused = await venue.post('/game', { as: other.as, body: aPhoneGame({ seconds: 1 }) });
  expect(refused).toMatchObject({ status: 403, body: { code: 'consent_required' } });
  const { body } = await replica.get(`/api/players/${other.id}`, { as: other.as });
  expect(body.consent.sensor).toBe(false);
});

test('of what changes something about gloves, only what needs no glove is asked for from afar', async () => {
  const about = new Set(['gloves', 'sessions', 'progress']);
  const fromAfar = venue.routes.filter(
    ({ tag, write, remote }) => about.has(tag) && write !== undefined && remote !== 'venue_only',
  );
  expect(fromAfar.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'DELETE /api/players/:id/sensor-data',
    'POST /api/progress/reanalyse',
  ]);
  const asked = await replica.post('/api/progress/reanalyse', { as: 'user', body: {} });
  expect(asked).toMatchObject({ status: 200, body: { games: 0 } });
  for (const [method, path] of [
    ['patch', '/api/gloves/glove-1'],
    ['post', '/api/gloves/glove-1/calibration'],
    ['post', '/api/gloves/glove-1/steering'],
    ['post', '/api/gloves/glove-1/feedback'],
  ] as const)
    expect(await replica[method](path, { as: 'user', body: {} })).toMatchObject({
      status: 403,
      body: { code: 'venue_only' },
    });
});
