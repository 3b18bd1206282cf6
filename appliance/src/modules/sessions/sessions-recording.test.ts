import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { encodeFrame, knownLayout } from '../../../contract/glove-frame.ts';
import { queriesOver } from '../../platform/database/query.ts';
import { piecesOf } from '../../platform/streams/recording.ts';
import { openStreamReader } from '../../platform/streams/stream-reader.ts';
import { createStreamStore } from '../../platform/streams/stream-store.ts';
import { lateMs } from './sessions.ts';
import { openSessions } from './sessions-store.ts';
import type { SessionRow } from './sessions-tables.ts';
import { aGlove, aSessionsBench, type SessionsBench } from './testing/a-sessions-bench.ts';

const everySession = queriesOver<{ glove_sessions: SessionRow }>()((db) =>
  db.selectFrom('glove_sessions').select('id').where('kept', '=', 'raw'),
);

/** One for all tests of this file: each has a game and a player of its own. */
let bench: SessionsBench;
beforeAll(async () => {
  bench = await aSessionsBench();
});
afterAll(() => bench.stop());
beforeEach(() => {
  bench.gloves(aGlove);
  bench.calibrate({ id: 'a', drifted: 0 });
});

test('a session is what a glove measures from the beginning of a game to its end', async () => {
  bench.measure(0, 100);
  const game = await bench.aPlayedGame();
  bench.reject(2);
  bench.measure(100, 200);
  bench.measure(305, 100);
  await bench.act(game.id, 'complete');
  bench.measure(405, 100);
  const [session, ...others] = bench.sessions.ofGame(bench.database.now, game.id);
  expect(others).toEqual([]);
  expect(session).toMatchObject({
    glove: 'glove-1',
    player_id: game.player_id,
    state: 'closed',
    hand: 'right',
    glove_class: 'frame/15',
    way: 'mqtt',
    comparable: 1,
    why_not: null,
    calibration_id: 'a',
    samples: 300,
    lost: 5,
    rejected: 2,
    kept: 'raw',
  });
  await bench.sessions.ready(session?.id ?? '');
  expect(bench.samplesOf(session?.id ?? '')).toBe(300);
});

/** The ids of all sessions that have samples, in order. */
const recorded = (): string[] =>
  bench.database.now
    .all(everySession, {})
    .map(({ id }) => id)
    .sort();

test('nobody is recorded who has not agreed to it, nor by a glove that is not there', async () => {
  for (const consent of [{}, { sensor: false }, { sms: true, photo: true }]) {
    const game = await bench.aPlayedGame(consent);
    bench.measure(0, 100);
    await bench.act(game.id, 'complete');
    expect(bench.sessions.ofGame(bench.database.now, game.id)).toEqual([]);
  }
  bench.gloves();
  const game = await bench.aPlayedGame();
  await bench.act(game.id, 'complete');
  expect(bench.sessions.ofGame(bench.database.now, game.id)).toEqual([]);
  // With the beats that follow, nothing is written either.
  await bench.clock.advance(10_000);
  const store = createStreamStore({
    dataDirectory: bench.directory,
    clock: bench.clock,
    onFailure() {},
    onLoss() {},
  });
  expect(await store.streamsOlderThan(Number.MAX_SAFE_INTEGER)).toEqual(recorded());
  await store.close();
});

test('a session in which the open hand was seen elsewhere has drifted, whatever was known before', async () => {
  const game = await bench.aPlayedGame();
  bench.watched.length = 0;
  bench.measure(0, 10);
  bench.measure(10, 10, { calibrated: true });
  expect(
    bench.watched.map(({ seq }) => seq),
    'not what the glove calibrated itself',
  ).toEqual([0]);
  bench.drift(true);
  await bench.act(game.id, 'complete');
  bench.drift(false);
  const [first] = bench.sessions.ofGame(bench.database.now, game.id);
  expect(first, 'of both kinds').toMatchObject({ comparable: 0, why_not: 'uncalibrated' });

  const other = await bench.aPlayedGame();
  bench.measure(20, 10);
  bench.drift(true);
  await bench.act(other.id, 'complete');
  bench.drift(false);
  const [session] = bench.sessions.ofGame(bench.database.now, other.id);
  expect(session).toMatchObject({ comparable: 0, why_not: 'drifted' });
});

test('two gloves are two sessions; what cannot be compared says why', async () => {
  bench.gloves(aGlove, { ...aGlove, name: 'glove-2', hand: 'left' });
  bench.calibrate({ id: 'b', drifted: 1 });
  const game = await bench.aPlayedGame();
  bench.measure(0, 10);
  bench.measure(0, 20, { glove: 'glove-2', deviceAuto: true });
  await bench.act(game.id, 'complete');
  const rows = bench.sessions.ofGame(bench.database.now, game.id);
  expect(rows.map(({ glove, samples, why_not }) => [glove, samples, why_not])).toEqual([
    ['glove-1', 10, 'drifted'],
    ['glove-2', 20, 'device_auto'],
  ]);
  bench.gloves(aGlove);
  bench.calibrate(undefined);
  const other = await bench.aPlayedGame();
  bench.measure(10, 10, { calibrated: true });
  await bench.act(other.id, 'complete');
  expect(bench.sessions.ofGame(bench.database.now, other.id)).toMatchObject([
    { comparable: 1, device_calibrated: 1 },
  ]);
});

test('a session of which some is calibrated by its glove and some is not cannot be compared', async () => {
  for (const calibrated of [true, false]) {
    const game = await bench.aPlayedGame();
    bench.measure(0, 10, { calibrated });
    bench.measure(10, 10, { calibrated: !calibrated, run: 'other' });
    await bench.act(game.id, 'complete');
    expect(bench.sessions.ofGame(bench.database.now, game.id)).toMatchObject([
      { comparable: 0, why_not: 'uncalibrated', device_calibrated: 1 },
    ]);
  }
});

test('how a glove calibrates outlives a crash, also when nothing comes after it', async () => {
  const before = await aSessionsBench();
  onTestFinished(() => before.stop());
  const game = await before.aPlayedGame();
  before.measure(0, 1_200, { calibrated: true });
  await before.clock.advance(2_000);
  await before.sessions.ready('');
  await before.crash();
  const after = await aSessionsBench({ directory: before.directory, clock: before.clock });
  onTestFinished(() => after.crash());
  await after.act(game.id, 'complete');
  expect(after.sessions.ofGame(after.database.now, game.id)).toMatchObject([
    { samples: 1_000, device_calibrated: 1, comparable: 1 },
  ]);
});

test('a game without a result leaves no samples', async () => {
  for (const action of ['abort', 'cancel', 'undo'] as const) {
    const game = await bench.aPlayedGame();
    bench.measure(0, 1_500);
    await bench.clock.advance(2_000);
    await bench.act(game.id, action);
    const [session] = bench.sessions.ofGame(bench.database.now, game.id);
    expect(session).toMatchObject({ state: 'discarded', kept: 'none', calibration: null });
    await bench.sessions.ready(session?.id ?? '');
    expect(bench.samplesOf(session?.id ?? '')).toBe(0);
    await bench.act(game.id, 'cancel').catch(() => {});
  }
});

test('an end that is taken back: the session goes on', async () => {
  const game = await bench.aPlayedGame();
  bench.measure(0, 100);
  await bench.act(game.id, 'complete');
  await bench.act(game.id, 'undo');
  bench.measure(100, 100);
  await bench.act(game.id, 'complete');
  const [session, ...others] = bench.sessions.ofGame(bench.database.now, game.id);
  expect(others).toEqual([]);
  expect(session).toMatchObject({ state: 'closed', samples: 200, lost: 0 });
  await bench.sessions.ready(session?.id ?? '');
  expect(bench.samplesOf(session?.id ?? '')).toBe(200);
});

test('after a crash: what is still played is recorded on, what has ended is closed with what there is', async () => {
  const before = await aSessionsBench();
  onTestFinished(() => before.stop());
  const game = await before.aPlayedGame();
  before.measure(0, 1_200);
  await before.clock.advance(3_000);
  // The first thousand were a chunk and are on disk; the rest was in memory.
  await before.sessions.ready('');
  await before.crash();

  // Of five seconds nothing comes: two that were in memory, three while nobody was there.
  before.clock.stepWall(12_000);
  const after = await aSessionsBench({ directory: before.directory, clock: before.clock });
  onTestFinished(() => after.stop());
  after.measure(1_500, 1_000, { run: 'after' });
  await after.clock.advance(2_000);
  await after.sessions.ready('');
  await after.crash();

  after.clock.stepWall(10_000);
  const again = await aSessionsBench({ directory: before.directory, clock: before.clock });
  onTestFinished(() => again.stop());
  again.measure(2_700, 300, { run: 'again' });
  await again.act(game.id, 'complete');
  const [session] = again.sessions.ofGame(again.database.now, game.id);
  expect(session).toMatchObject({ state: 'closed', samples: 2_300, lost: 700 });
  const id = session?.id ?? '';
  await again.sessions.ready(id);
  expect(again.samplesOf(id)).toBe(2_300);
  expect(again.sessions.session(again.database.now, id)).toMatchObject({ samples: 2_300, lost: 700 });
});

test('what was in memory when the power went after the end of a game is lost, and counted', async () => {
  const before = await aSessionsBench();
  onTestFinished(() => before.stop());
  const game = await before.aPlayedGame();
  before.measure(0, 1_000);
  await before.clock.advance(2_000);
  await before.sessions.ready('');
  before.measure(1_005, 200);
  await before.act(game.id, 'complete');
  const [session] = before.sessions.ofGame(before.database.now, game.id);
  expect(session).toMatchObject({ samples: 1_200, lost: 5 });
  await before.crash();

  const after = await aSessionsBench({ directory: before.directory, clock: before.clock });
  onTestFinished(() => after.stop());
  const id = session?.id ?? '';
  await after.sessions.ready(id);
  expect(after.samplesOf(id)).toBe(1_000);
  expect(after.sessions.session(after.database.now, id)).toMatchObject({ samples: 1_000, lost: 205 });
});

test('a recording of a phone is stored first and written down with its game', async () => {
  const game = await bench.aPlayedGame({});
  const id = crypto.randomUUID();
  const channels = [{ name: 'thumb', unit: '1' }];
  const values = [
    Float64Array.from({ length: 2_500 }, (_, index) => Math.round(Math.sin(index) * 1e4) / 1e4),
  ];
  await bench.sessions.storePosted(piecesOf({ streamId: id, t0Us: 1e15, dtUs: 10_000, channels, values }));
  const posted = {
    id,
    game_id: game.id,
    player_id: game.player_id,
    hand: null,
    samples: 2_500,
    started_at: 1e12,
    ended_at: 1e12 + 25_000,
  };
  await bench.database.write((tx) => bench.sessions.addPosted(tx, posted));
  await bench.database.write((tx) => bench.sessions.processed(tx, id));
  expect(bench.sessions.session(bench.database.now, id)).toMatchObject({
    way: 'phone',
    glove: null,
    comparable: 1,
    processed_at: bench.clock.now(),
  });
  expect(bench.samplesOf(id)).toBe(2_500);
});

test('what others take in becomes the session’s: assembled by this process, and counted', async () => {
  const venue = await aSessionsBench({ ingest: 'workers' });
  onTestFinished(() => venue.stop());
  const game = await venue.aPlayedGame();
  const [open] = venue.database.now.all(openSessions, {});
  const worker = createStreamStore({
    dataDirectory: venue.directory,
    clock: venue.clock,
    onFailure() {},
    onLoss() {},
  });
  const streamId = open?.id ?? '';
  const began = venue.clock.now() * 1_000;
  const [thumb] = knownLayout(5, false)?.channels ?? [];
  const frameOf = (n: number) => {
    const [seq, timeUs] = [n * 10, n * 100_000];
    const values = Int16Array.from({ length: 50 }, (_, at) => (at % 5 === 0 ? seq + at / 5 : 7));
    const flags = { calibrated: false, deviceAuto: false, left: false };
    const frame = { flags, seq, t0Us: timeUs, dtUs: 10_000, count: 10, layoutId: 5, channels: 5, values };
    // Measured in its last moment, and one in three comes when all is over.
    const arrivedUs = 5e9 + timeUs + 90_000 + (n % 3 === 1 ? 12_000_000 : 0);
    const receivedUs = arrivedUs - 5e9 + began;
    return { streamId, number: seq, timeUs, arrivedUs, receivedUs, endUs: null, bytes: encodeFrame(frame) };
  };
  const frames = Array.from({ length: 130 }, (_, n) => frameOf(n));
  const inOrder = frames.toSorted((a, b) => a.arrivedUs - b.arrivedUs);
  for (const frame of inOrder) await worker.stage(frame);
  await worker.stage(frameOf(7));
  await venue.clock.advance(12_000);
  await venue.act(game.id, 'complete');
  await venue.clock.advance(2_000);
  await venue.sessions.ready(streamId);
  expect(await worker.usage()).toMatchObject({ staged: 0 });
  await worker.close();
  // Of a second more than the game took nothing is kept.
  expect(venue.sessions.session(venue.database.now, streamId)).toMatchObject({ samples: 1_201, lost: 0 });
  const reader = openStreamReader(venue.directory);
  const { stretches } = reader.read(streamId);
  reader.close();
  expect(stretches).toMatchObject([{ seq: 0, count: 1_201, dtUs: 10_000, t0Us: began }]);
  expect(stretches[0]?.channels[0]).toEqual(thumb);
  expect([...(stretches[0]?.values[0] ?? [])]).toEqual(Array.from({ length: 1_201 }, (_, n) => n));
});

test('what the appliance saw and no worker has said yet is waited for, and no longer than is worth while', async () => {
  const venue = await aSessionsBench({ ingest: 'workers' });
  onTestFinished(() => venue.stop());
  const game = await venue.aPlayedGame();
  const [open] = venue.database.now.all(openSessions, {});
  for (let seq = 0; seq < 400; seq += 10) venue.measure(seq, 10);
  await venue.clock.advance(60_000);
  await venue.act(game.id, 'complete');
  const end = venue.clock.now();
  let isReady = false;
  const ready = venue.sessions.ready(open?.id ?? '').finally(() => {
    isReady = true;
  });
  while (!isReady) await venue.clock.advance(250);
  await ready;
  expect(venue.assembledAt.length).toBeGreaterThan(1);
  expect(venue.assembledAt.slice(0, -1).every((at) => at < end + lateMs)).toBe(true);
  expect(venue.assembledAt.at(-1)).toBeGreaterThanOrEqual(end + lateMs);
  // A second time there is nothing to wait for.
  await venue.sessions.ready(open?.id ?? '');
});
