import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStreamReader } from '../../platform/streams/stream-reader.ts';
import { createStreamStore } from '../../platform/streams/stream-store.ts';
import { channels, dtUs, someSamples, valueAt } from '../../platform/streams/testing/a-recording.ts';
import { createSessionKeeper } from './session-keeper.ts';
import { sensorDataErased } from './sessions-events.ts';
import { sessionsStore } from './sessions-store.ts';
import { aSessionsBench, principalOf, type SessionsBench } from './testing/a-sessions-bench.ts';

const day = 24 * 3_600_000;

/** One for all tests of this file: each has games and players of its own. */
let bench: SessionsBench;
beforeAll(async () => {
  bench = await aSessionsBench();
});
afterAll(() => bench.stop());

/** A game that was played, and what was measured meanwhile: on disk. */
async function aSession(samples = 300, on = bench) {
  const game = await on.aPlayedGame();
  on.measure(0, samples);
  await on.act(game.id, 'complete');
  const [session] = on.sessions.ofGame(on.database.now, game.id);
  if (session === undefined) throw new Error('nothing was recorded');
  await on.sessions.ready(session.id);
  return session;
}

const keptOf = (id: string) => bench.sessions.session(bench.database.now, id).kept;

function gradesOf(id: string) {
  const reader = openStreamReader(bench.directory);
  const grades = (['raw', 'thinned', 'summary'] as const).filter(
    (grade) => reader.read(id, grade).stretches.length > 0,
  );
  reader.close();
  return grades;
}

test('where there are too many, the oldest with a result go first, and none without', async () => {
  const sessions = [];
  for (let n = 0; n < 3; n += 1) {
    sessions.push(await aSession(3_000));
    await bench.clock.advance(1_000);
  }
  const [first, second, third] = sessions.map(({ id }) => id);
  for (const id of [second, third])
    await bench.database.write((tx) => bench.sessions.processed(tx, id ?? ''));
  const streams = createStreamStore({
    dataDirectory: bench.directory,
    clock: bench.clock,
    onFailure() {},
    onLoss() {},
  });
  const { bytes } = await streams.usage();
  const keeper = createSessionKeeper({
    sessions: {
      keep: (tx, id, kept) => void sessionsStore.update(tx, { ...bench.sessions.session(tx, id), kept }),
    },
    database: bench.database,
    streams,
    clock: bench.clock,
    logger: pino({ level: 'silent' }),
    most: bytes - 1,
  });
  await keeper.retain(new AbortController().signal);
  await streams.close();
  expect([first, second, third].map((id) => keptOf(id ?? ''))).toEqual(['raw', 'thinned', 'raw']);
});

test('samples without a session go after an hour, those of one stay', async () => {
  const { id } = await aSession();
  const orphan = crypto.randomUUID();
  await bench.sessions.storePosted([{ ...someSamples(0, 10, { streamId: orphan }), holes: [] }]);
  await bench.tidy();
  expect(bench.samplesOf(orphan)).toBe(10);
  bench.clock.stepWall(3_700_000);
  await bench.tidy();
  expect(bench.samplesOf(orphan)).toBe(0);
  expect(bench.samplesOf(id)).toBe(300);
});

test('a player has everything erased, also what is being recorded; others are not touched', async () => {
  const other = await aSession();
  const done = await aSession();
  const told: string[] = [];
  bench.events.join(sensorDataErased, (_, { player_id }) => void told.push(player_id));
  const params = { id: done.player_id };
  const path = '/api/players/:id/sensor-data';
  for (const principal of [principalOf('player', other.player_id), principalOf('rig')])
    await expect(bench.call('DELETE', path, { params, principal })).rejects.toMatchObject({
      kind: { code: 'not_found' },
    });
  const principal = principalOf('player', done.player_id);
  expect(await bench.call('DELETE', path, { params, principal })).toMatchObject({
    status: 200,
    body: { sessions: 1 },
  });
  await bench.clock.advance(1_000);
  await idle();
  expect(bench.samplesOf(done.id)).toBe(0);
  expect(bench.samplesOf(other.id)).toBe(300);
  expect(bench.sessions.session(bench.database.now, done.id)).toMatchObject({
    state: 'erased',
    kept: 'none',
    calibration: null,
    hand: null,
  });
  expect(told).toEqual([done.player_id]);
  expect(bench.erased).toEqual([done.player_id]);
});

test('an erasure that is cut off goes on after the start', async () => {
  const before = await aSessionsBench();
  onTestFinished(() => before.stop());
  const { id, player_id } = await aSession(300, before);
  // Committed, and the power goes before the job has done anything.
  await before.jobs.stop();
  await before.call('DELETE', '/api/players/:id/sensor-data', { params: { id: player_id } });
  expect(before.samplesOf(id)).toBe(300);
  await before.crash();
  const after = await aSessionsBench({ directory: before.directory, clock: before.clock });
  onTestFinished(() => after.stop());
  await idle(after);
  expect(after.samplesOf(id)).toBe(0);
});

test('who withdraws their consent is not measured any more, and was not', async () => {
  const game = await bench.aPlayedGame();
  bench.measure(0, 1_500);
  await bench.clock.advance(2_000);
  await bench.consent(game.player_id, { sms: true });
  expect(bench.sessions.ofGame(bench.database.now, game.id)).toMatchObject([{ state: 'open' }]);
  await bench.consent(game.player_id, { sensor: false });
  bench.measure(1_500, 1_000);
  await bench.clock.advance(20_000);
  await idle();
  await bench.act(game.id, 'complete');
  const [session, ...others] = bench.sessions.ofGame(bench.database.now, game.id);
  expect(others).toEqual([]);
  expect(session).toMatchObject({ state: 'erased', kept: 'none' });
  expect(bench.samplesOf(session?.id ?? '')).toBe(0);
});

test('an export says every sample that is there, and names what is damaged', async () => {
  const game = await bench.aPlayedGame();
  const began = bench.clock.now() * 1_000;
  bench.measure(0, 1_000);
  bench.measure(1_005, 1_200);
  await bench.act(game.id, 'complete');
  const [session] = bench.sessions.ofGame(bench.database.now, game.id);
  await bench.sessions.ready(session?.id ?? '');
  const params = { id: session?.id };
  const path = '/api/sessions/:id/export';
  const asked = { params, query: { format: 'csv' }, principal: principalOf('player', game.player_id) };
  const csv = await bench.call('GET', path, asked);
  expect(csv.headers?.['damaged-chunks']).toBe('');
  const [head, ...lines] = csv.text.trimEnd().split('\r\n');
  expect(head).toBe(`time_us,run,seq,${channels.map(({ name }) => name).join(',')}`);
  expect(lines).toHaveLength(2_200);
  for (const [index, line] of lines.entries()) {
    const [time, run, seq, ...values] = line.split(',');
    const number = index < 1_000 ? index : index + 5;
    expect([run, Number(seq), ...values.map(Number)]).toEqual([
      'r',
      number,
      ...[0, 1, 2].map((channel) => valueAt(number, channel)),
    ]);
    expect(Number(time)).toBe(began + number * dtUs);
  }

  const chunks = await bench.call('GET', path, { params, query: { format: 'chunks' } });
  const read = chunks.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(read.reduce((sum, { count }) => sum + count, 0)).toBe(2_200);
  const stranger = principalOf('player', crypto.randomUUID());
  await expect(bench.call('GET', path, { ...asked, principal: stranger })).rejects.toMatchObject({
    kind: { code: 'not_found' },
  });
});

test('sessions are listed for staff and for their player', async () => {
  const { id, game_id, player_id } = await aSession();
  for (const query of [{ game_id }, { player_id }])
    for (const principal of [principalOf('staff'), principalOf('player', player_id)]) {
      const { body } = await bench.call('GET', '/api/sessions', { query, principal });
      expect(body).toMatchObject({ items: [{ id, state: 'closed', samples: 300 }] });
    }
  for (const query of [{ game_id }, { player_id }, { game_id: crypto.randomUUID() }])
    await expect(
      bench.call('GET', '/api/sessions', { query, principal: principalOf('player', crypto.randomUUID()) }),
    ).rejects.toMatchObject({ kind: { code: 'not_found' } });
});

test('samples have their time after their result: as they were, ten a second, a summary, nothing', async () => {
  const waits = await aSession();
  const { id } = await aSession();
  await bench.database.write((tx) => bench.sessions.processed(tx, id));
  const seen = [];
  for (const days of [2, 2, 27, 60]) {
    bench.clock.stepWall(days * day);
    await bench.tidy();
    seen.push([keptOf(id), gradesOf(id)]);
  }
  expect(seen).toEqual([
    ['raw', ['raw']],
    ['thinned', ['thinned', 'summary']],
    ['summary', ['summary']],
    ['none', []],
  ]);
  expect(gradesOf(waits.id)).toEqual(['raw']);
});

async function idle({ jobs, database } = bench): Promise<void> {
  for (;;) {
    const kinds = await jobs.listKinds(database.reader);
    if (kinds.every(({ waiting, running }) => waiting + running === 0)) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
