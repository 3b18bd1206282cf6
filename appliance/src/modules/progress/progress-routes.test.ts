import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { metricKeys } from '../../../contract/metrics.ts';
import { phoneGameLimit } from '../../../contract/progress.ts';
import { aPhoneGame, aPhonePlayer, type PhonePlayer, progressOfGame } from '../../testing/phone-games.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { aGame } from '../../testing/test-games.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const post = (player: PhonePlayer, body: unknown = aPhoneGame(), headers: Record<string, string> = {}) =>
  venue.post('/game', { as: player.as, body, headers });
const eventsOf = async (at: TestAppliance, { as }: PhonePlayer) =>
  (await at.get('/api/me/events', { as })).body.items;
const streamsIn = (directory: string) => {
  const streams = new Sqlite(join(directory, 'streams.db'), { readonly: true });
  const ids = streams.prepare('SELECT DISTINCT stream_id FROM chunks').pluck().all();
  streams.close();
  return ids;
};

describe('a game that a phone posts', () => {
  test('is completed, measured, and told to its player once', async () => {
    const player = await aPhonePlayer(venue);
    const { status, body } = await post(player);
    expect({ status, body }).toEqual({
      status: 200,
      body: { game_id: expect.any(String), processing_event_id: expect.any(String) },
    });
    const game = await venue.get(`/api/games/${body.game_id}`, { as: player.as });
    expect(game.body).toMatchObject({
      state: 'completed',
      score: 12,
      attraction: 'glove',
      player_id: player.id,
    });
    expect(Date.parse(game.body.completed_at) - Date.parse(game.body.played_at)).toBe(20_000);

    const progress = await progressOfGame(venue, player, body.game_id);
    expect(progress).toMatchObject({ ...body, state: 'done', comparable: true, status: 'not_enough_data' });
    expect(Object.keys(progress.metrics).sort()).toEqual([...metricKeys].sort());
    expect(progress.metrics.rom_index.value).toBeCloseTo(0.986, 2);
    expect(progress.metrics.cadence.value).toBeCloseTo(48, 0);
    expect(progress.metrics.reaction_time).toMatchObject({ value: null, reason: expect.any(String) });

    const [event, ...others] = await eventsOf(venue, player);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      ...body,
      type: 'reconciliation',
      status: 'not_enough_data',
      supersedes: null,
    });
    expect(event.metrics).toEqual(progress.metrics);
    const { body: sync } = await venue.get('/api/me/sync', { as: player.as });
    expect(sync.progress).toEqual([progress]);
  });

  test.each(['/game', '/game/', '/api/game', '/api/game/'])('may come compressed, to %s', async (path) => {
    const player = await aPhonePlayer(venue);
    const answer = await venue.post(path, {
      as: player.as,
      body: gzipSync(JSON.stringify(aPhoneGame({ seconds: 2 }))),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(200);
  });

  test('under one key is one game, one recording and one answer', async () => {
    const player = await aPhonePlayer(venue);
    const keyed = () => post(player, aPhoneGame({ seconds: 2 }), { 'idempotency-key': `key-${player.id}` });
    const first = await keyed();
    const streams = streamsIn(venue.directory);
    const again = await keyed();
    expect(again.body).toEqual(first.body);
    expect(streamsIn(venue.directory)).toEqual(streams);
    const { body } = await venue.get(`/api/games?player_id=${player.id}`, { as: 'user' });
    expect(body.items).toHaveLength(1);
    const other = await post(player, aPhoneGame({ seconds: 3 }), { 'idempotency-key': `key-${player.id}` });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(streamsIn(venue.directory)).toEqual(streams);
  });

  test('is refused where the player has not agreed to be measured, and to whoever is no player', async () => {
    const player = await aPhonePlayer(venue, { sensor: false });
    expect(await post(player)).toMatchObject({
      status: 403,
      body: { code: 'consent_required', consent: 'sensor' },
    });
    expect((await venue.post('/game', { as: 'user', body: aPhoneGame() })).status).toBe(403);
    expect((await venue.post('/game', { as: 'mlbvrgame', body: aPhoneGame() })).status).toBe(403);
    expect((await venue.post('/game', { body: aPhoneGame() })).status).toBe(401);
    expect((await venue.get(`/api/games?player_id=${player.id}`, { as: 'user' })).body.items).toEqual([]);
  });

  test.each([
    ['no JSON', Buffer.from('{"score":'), 400, 'malformed_json'],
    [
      'a row too short',
      { score: 1, sensor_data: { rate_hz: 1, channels: ['a'], samples: [[]] } },
      422,
      'malformed_sensor_data',
    ],
    ['a score of nothing', { ...aPhoneGame({ seconds: 1 }), score: null }, 422, 'invalid_request'],
    [
      'an attraction that is none',
      { ...aPhoneGame({ seconds: 1 }), attraction: 'chess' },
      422,
      'unknown_attraction',
    ],
    ['half a result', { ...aPhoneGame({ seconds: 1 }), attraction: 'derby' }, 422, 'result_incomplete'],
  ])('is refused with %s, and leaves nothing', async (_what, body, status, code) => {
    const player = await aPhonePlayer(venue);
    expect(await post(player, body)).toMatchObject({ status, body: { code } });
    expect((await venue.get(`/api/games?player_id=${player.id}`, { as: 'user' })).body.items).toEqual([]);
    expect((await venue.get('/api/me/progress', { as: player.as })).body.series).toEqual([]);
  });

  test('is inflated no further than it may be large', async () => {
    const player = await aPhonePlayer(venue);
    const bomb = gzipSync(Buffer.alloc(phoneGameLimit + 1, 0x20), { level: 1 });
    const answer = await post(player, bomb, { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({
      status: 413,
      body: { code: 'body_too_large', limit_bytes: phoneGameLimit },
    });
    expect((await post(player, Buffer.alloc(10), { 'content-encoding': 'br' })).status).toBe(415);
  });

  test('is judged against the five before it', async () => {
    const player = await aPhonePlayer(venue);
    const ids: string[] = [];
    for (const reach of [0.7, 0.71, 0.7, 0.69, 0.7, 1.3, 1.31, 1.3]) {
      ids.push((await post(player, aPhoneGame({ reach, seconds: 10 }))).body.game_id);
    }
    const last = await progressOfGame(venue, player, ids.at(-1) ?? '');
    expect(last.metrics.rom_index).toMatchObject({ status: 'improved' });
    expect(last.metrics.rom_index.change).toBeCloseTo(0.6 * 0.986, 1);
    expect(last.score.parts.map(({ metric }) => metric)).toContain('rom_index');
    const { body } = await venue.get('/api/me/progress', { as: player.as });
    expect(body.series).toHaveLength(1);
    const [series] = body.series;
    expect(series).toMatchObject({ hand: 'right', attraction: 'glove', glove_class: 'phone' });
    expect(series.games.map(({ game_id }: { game_id: string }) => game_id)).toEqual(ids);
    const { points, baseline } = series.metrics.rom_index;
    expect(points).toHaveLength(8);
    expect(points.slice(0, 4).map(({ status }: { status: string }) => status)).toEqual(
      Array.from({ length: 4 }, () => 'not_enough_data'),
    );
    expect(baseline).toBeCloseTo(0.7 * 0.986, 1);
  });
});

describe('the progress in a game', () => {
  test('is seen by its player and by staff alone', async () => {
    const player = await aPhonePlayer(venue);
    const { game_id } = (await post(player, aPhoneGame({ seconds: 2 }))).body;
    await progressOfGame(venue, player, game_id);
    const stranger = await aPhonePlayer(venue);
    const path = `/api/games/${game_id}/progress`;
    expect((await venue.get(path, { as: 'user' })).status).toBe(200);
    expect((await venue.get(path, { as: stranger.as })).status).toBe(404);
    expect((await venue.get(path, { as: 'mlbtablet' })).status).toBe(403);
    expect((await venue.get(path)).status).toBe(401);
    const ofPlayer = `/api/players/${player.id}/progress`;
    expect((await venue.get(ofPlayer, { as: player.as })).body.series).toHaveLength(1);
    expect((await venue.get(ofPlayer, { as: 'user' })).body.series).toHaveLength(1);
    expect((await venue.get(ofPlayer, { as: stranger.as })).status).toBe(404);
  });

  test('is none where nothing was measured', async () => {
    const game = await aGame(venue, 'completed');
    expect(await venue.get(`/api/games/${game.id}/progress`, { as: 'user' })).toMatchObject({
      status: 404,
      body: { code: 'no_sensor_data' },
    });
    const nothing = `/api/games/${crypto.randomUUID()}/progress`;
    expect((await venue.get(nothing, { as: 'user' })).status).toBe(404);
  });

  test('is asked for again later while it is being measured', async () => {
    const player = await aPhonePlayer(venue);
    await venue.post('/api/job-kinds/progress.analyse/pause', { as: 'user' });
    const { game_id, processing_event_id } = (await post(player, aPhoneGame({ seconds: 2 }))).body;
    const { status, body, headers } = await venue.get(`/games/${game_id}/progress/`, { as: player.as });
    expect({ status, body }).toEqual({
      status: 202,
      body: { state: 'pending', game_id, processing_event_id, retry_after_seconds: 2 },
    });
    expect(headers.get('retry-after')).toBe('2');
    await venue.post('/api/job-kinds/progress.analyse/resume', { as: 'user' });
    expect((await progressOfGame(venue, player, game_id)).state).toBe('done');
  });
});

describe('a recording that is damaged', () => {
  /** Flips a bit in chunks of the newest recording while its game waits to be analysed. */
  async function aDamagedGame(which: string) {
    const player = await aPhonePlayer(venue);
    await venue.post('/api/job-kinds/progress.analyse/pause', { as: 'user' });
    const { body } = await post(player, aPhoneGame({ seconds: 30 }));
    const { items } = (await venue.get(`/api/sessions?game_id=${body.game_id}`, { as: 'user' })).body;
    const streams = new Sqlite(join(venue.directory, 'streams.db'));
    const rows = streams
      .prepare<[string], { id: number; data: Buffer }>(
        `SELECT id, data FROM chunks WHERE stream_id = ? ORDER BY seq ${which}`,
      )
      .all(items[0].id);
    for (const { id, data } of rows) {
      data.writeUInt8(data.readUInt8(20) ^ 4, 20);
      streams.prepare('UPDATE chunks SET data = ? WHERE id = ?').run(data, id);
    }
    streams.close();
    await venue.post('/api/job-kinds/progress.analyse/resume', { as: 'user' });
    return { player, ...body, progress: await progressOfGame(venue, player, body.game_id) };
  }

  test('in part is measured without that part, and it is said', async () => {
    const { progress } = await aDamagedGame('LIMIT 1');
    expect(progress).toMatchObject({ state: 'done', code: 'chunk_damaged' });
  });

  test('as a whole fails by name: every metric says why, staff see it, and the next game is not held up', async () => {
    const { progress, player, processing_event_id } = await aDamagedGame('');
    expect(progress).toMatchObject({
      state: 'failed',
      code: 'chunk_damaged',
      status: 'not_comparable',
      processing_event_id,
    });
    for (const metric of Object.values(progress.metrics))
      expect(metric).toMatchObject({ value: null, reason: 'chunk_damaged' });
    const { items } = (await venue.get('/api/jobs?state=dead', { as: 'user' })).body;
    expect(items).toContainEqual(expect.objectContaining({ kind: 'progress.analyse' }));
    expect(await eventsOf(venue, player)).toEqual([]);
    const next = await post(player, aPhoneGame({ seconds: 2 }));
    expect((await progressOfGame(venue, player, next.body.game_id)).state).toBe('done');
  });
});

test('nothing that was made of a player’s sensor data stays when they want it gone', async () => {
  const player = await aPhonePlayer(venue);
  const { game_id } = (await post(player, aPhoneGame({ seconds: 2 }))).body;
  await progressOfGame(venue, player, game_id);
  expect((await venue.delete(`/api/players/${player.id}/sensor-data`, { as: player.as })).status).toBe(200);
  expect((await venue.get('/api/me/progress', { as: player.as })).body.series).toEqual([]);
  expect((await progressOfGame(venue, player, game_id)).metrics.rom_index).toMatchObject({
    value: null,
    reason: 'erased',
  });
  expect(await eventsOf(venue, player)).toMatchObject([{ withdrawn: true }]);
});

test('a newer algorithm analyses what is kept; the player is told again only when it sees them otherwise', async () => {
  const directory = aTemporaryDirectory();
  const start = () => aTestAppliance({ directory });
  let house = await start();
  // Pictures take their time, and are not what this is about.
  await house.post('/api/job-kinds/souvenir.render/pause', { as: 'user' });
  const players = [await aPhonePlayer(house), await aPhonePlayer(house)] as const;
  const games: { game_id: string; processing_event_id: string }[] = [];
  for (const player of players) {
    const { body } = await house.post('/game', { as: player.as, body: aPhoneGame({ seconds: 2 }) });
    await progressOfGame(house, player, body.game_id);
    games.push(body);
  }
  await house.stop();

  // As an older release would have left it; it saw the second game otherwise.
  const database = new Sqlite(join(directory, 'dugout.db'));
  database.pragma('foreign_keys = OFF');
  for (const { processing_event_id: id } of games) {
    const old = id.replace(/^.{8}/u, '00000000');
    database.prepare(`UPDATE processing_events SET id = ?, algo_version = 'old' WHERE id = ?`).run(old, id);
    database
      .prepare(
        `UPDATE analyses SET processing_event_id = ?, algo_version = 'old' WHERE processing_event_id = ?`,
      )
      .run(old, id);
    database.prepare('UPDATE player_events SET unique_key = replace(unique_key, ?, ?)').run(id, old);
  }
  database.prepare(`UPDATE analyses SET status = 'improved' WHERE game_id = ?`).run(games[1]?.game_id);
  database.close();

  house = await start();
  onTestFinished(house.stop);
  for (const [index, player] of players.entries()) {
    const { game_id = '', processing_event_id = '' } = games[index] ?? {};
    const old = processing_event_id.replace(/^.{8}/u, '00000000');
    await until(async () => (await progressOfGame(house, player, game_id)).algo_version !== 'old');
    expect(await progressOfGame(house, player, game_id)).toMatchObject({
      processing_event_id,
      supersedes: old,
    });
    expect(await eventsOf(house, player)).toHaveLength(index + 1);
    const { series } = (await house.get('/api/me/progress', { as: player.as })).body;
    expect(series).toHaveLength(1);
  }
  const asked = await house.post('/api/progress/reanalyse', { as: 'user', body: {} });
  expect(asked).toMatchObject({ status: 200, body: { games: 0 } });
});
