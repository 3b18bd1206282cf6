import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { streamFile } from './stream-connection.ts';
import { openStreamReader, type ReadStream } from './stream-reader.ts';
import { createStreamStore } from './stream-store.ts';
import { openStreamWriter } from './stream-writer.ts';
import type { Stretch } from './stretches.ts';
import { piecesOfFrames, someFrame, someSamples, valueAt } from './testing/a-recording.ts';

function aStore(directory = aTemporaryDirectory()) {
  const clock = createFakeClock();
  const failures: unknown[] = [];
  const store = createStreamStore({
    dataDirectory: directory,
    clock,
    onFailure: (error) => failures.push(error),
    onLoss: (streamId, samples) => failures.push(`${samples} of ${streamId}`),
  });
  onTestFinished(() => store.close());
  return { store, clock, directory, failures };
}

function read(directory: string, streamId = 's'): ReadStream {
  const reader = openStreamReader(directory);
  try {
    return reader.read(streamId);
  } finally {
    reader.close();
  }
}

/** Numbers of all samples, each of which is what it was. */
function numbersIn(stretches: readonly Stretch[]): number[] {
  return stretches.flatMap(({ seq, count, values }) =>
    Array.from({ length: count }, (_, index) => {
      expect(values.map((channel) => channel[index])).toEqual([0, 1, 2].map((c) => valueAt(seq + index, c)));
      return seq + index;
    }),
  );
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('what was flushed is read, whole and in order, over the borders of chunks', async () => {
  const { store, directory } = aStore();
  expect(read(directory)).toEqual({ stretches: [], damages: [] });
  for (let seq = 0; seq < 2_500; seq += 10) store.append(someSamples(seq, 10));
  await store.flush('s');
  const { stretches, damages } = read(directory);
  expect(damages).toEqual([]);
  expect(stretches).toHaveLength(1);
  expect(numbersIn(stretches)).toEqual(upTo(2_500));
});

test('no sample waits longer than ten seconds for the disk', async () => {
  const { store, clock, directory } = aStore();
  let worst = 0;
  let stored = 0;
  for (let seq = 0; seq < 4_000; seq += 25) {
    store.append(someSamples(seq, 25));
    // A power cut here would take these many.
    worst = Math.max(worst, seq + 25 - stored);
    await clock.advance(250);
    await store.sent();
    stored = read(directory).stretches.reduce((sum, { count }) => sum + count, 0);
  }
  // At 100 Hz nine seconds, and one for the disk.
  expect(worst).toBeLessThanOrEqual(900);
  expect(worst).toBeGreaterThan(700);
});

test('what is sent twice is there once: within a chunk, between chunks, and after a new start', async () => {
  const { store, directory } = aStore();
  for (let seq = 0; seq < 1_200; seq += 10) {
    store.append(someSamples(seq, 10));
    if (seq % 50 === 0) store.append(someSamples(seq, 10));
  }
  await store.flush();
  for (let seq = 0; seq < 1_300; seq += 7) store.append(someSamples(seq, 7));
  await store.close();
  const again = aStore(directory).store;
  again.append(someSamples(1_000, 600));
  await again.flush();
  expect(numbersIn(read(directory).stretches)).toEqual(upTo(1_600));
  // The same number in another life of the numbering is another sample.
  again.append(someSamples(0, 10, { run: 'q' }));
  await again.flush();
  expect(numbersIn(read(directory).stretches)).toHaveLength(1_610);
});

test('what comes late fills its hole', async () => {
  const { store, directory } = aStore();
  store.append(someSamples(0, 20));
  store.append(someSamples(25, 20));
  await store.flush();
  store.append(someSamples(18, 10));
  await store.flush();
  expect(numbersIn(read(directory).stretches)).toEqual(upTo(45));
});

test('a flipped bit in any column: named, left out, never a wrong number', async () => {
  const { store, directory } = aStore();
  for (let seq = 0; seq < 3_000; seq += 10) store.append(someSamples(seq, 10));
  await store.flush();
  await store.close();
  const file = new Sqlite(streamFile(directory));
  onTestFinished(() => void file.close());
  const whole = file.prepare('SELECT * FROM chunks WHERE seq = 1000').get() as Record<string, unknown>;
  const restore = file.prepare('UPDATE chunks SET data = ?, holes = ?, run = ?, codec = ? WHERE id = ?');
  const flips = [
    'seq = seq | 8192',
    't0_us = t0_us ^ 1',
    'dt_us = dt_us + 1',
    'count = count - 1',
    'crc32 = crc32 + 1',
    "codec = 'float32'",
    "codec = 'in\u007f16'",
    "holes = '[{'",
    'holes = \'[{"at":1,"lost":1}]\'',
    "run = 'q'",
    'layout = layout + 1',
    'data = zeroblob(length(data))',
    "data = x''",
  ];
  file.pragma('foreign_keys = OFF');
  for (const flip of flips) {
    const set = flip.replace('t0_us ^ 1', 't0_us + 1');
    file.prepare(`UPDATE chunks SET ${set} WHERE id = ?`).run(whole['id']);
    const { stretches, damages } = read(directory);
    expect(damages, flip).toMatchObject([{ code: 'chunk_damaged', streamId: 's' }]);
    expect(numbersIn(stretches), flip).toEqual(upTo(3_000).filter((n) => n < 1_000 || n >= 2_000));
    restore.run(whole['data'], whole['holes'], whole['run'], whole['codec'], whole['id']);
    file
      .prepare(
        'UPDATE chunks SET seq = ?, t0_us = ?, dt_us = ?, count = ?, crc32 = ?, layout = ? WHERE id = ?',
      )
      .run(...['seq', 't0_us', 'dt_us', 'count', 'crc32', 'layout', 'id'].map((column) => whole[column]));
  }
  file.prepare(`UPDATE layouts SET channels = replace(channels, '"scale":1', '"scale":3')`).run();
  expect(read(directory)).toMatchObject({ stretches: [], damages: { length: 3 } });
});

test('staged frames become chunks once, whoever makes them and however often they came', async () => {
  const { store, directory } = aStore();
  const other = aStore(directory).store;
  const stage = (frame: number) => (frame % 2 === 0 ? store : other).stage(someFrame(frame * 10, 10));
  await Promise.all(upTo(120).map(stage));
  await Promise.all([other.stage(someFrame(0, 10)), other.stage({ ...someFrame(500, 10), receivedUs: 1 })]);
  expect(await store.usage()).toMatchObject({ staged: 120 });
  expect(await store.isStaged('s')).toBe(true);
  const writer = openStreamWriter(directory, 0);
  onTestFinished(() => writer.close());
  const staged = writer.staged('s');
  const assemble = (untilUs: number) =>
    writer.assemble({ streamId: 's', ids: staged.ids, untilUs }, piecesOfFrames(staged), 0);
  await store.stage(someFrame(1_200, 10));
  expect(assemble(5), 'another one has come').toBeNull();
  const all = writer.staged('s');
  expect(all.assembledUs).toBeNull();
  expect(writer.assemble({ streamId: 's', ids: all.ids, untilUs: 5 }, piecesOfFrames(all), 0)).toEqual({
    stored: 1_210,
    known: 0,
  });
  expect(numbersIn(read(directory).stretches)).toEqual(upTo(1_210));
  expect(assemble(9), 'somebody else has assembled').toBeNull();
  await store.stage({ ...someFrame(0, 10), endUs: 5 });
  expect(writer.staged('s'), 'it is too late').toEqual({ frames: [], damages: [], ids: [], assembledUs: 5 });
  await store.stage({ ...someFrame(1_300, 10), endUs: 6 });
  expect(await store.isStaged('s')).toBe(true);
});

test('a staged frame with a flipped bit is named and never read', async () => {
  const { store, directory } = aStore();
  await Promise.all([store.stage(someFrame(0, 10)), store.stage(someFrame(10, 10))]);
  const file = new Sqlite(streamFile(directory));
  onTestFinished(() => void file.close());
  const writer = openStreamWriter(directory, 0);
  onTestFinished(() => writer.close());
  for (const flip of ['number = number + 1', 'arrived_us = arrived_us + 64', `data = CAST('x' AS BLOB)`]) {
    const [row] = file.prepare('SELECT * FROM frames WHERE id = 1').all() as Record<string, unknown>[];
    file.exec(`UPDATE frames SET ${flip} WHERE id = 1`);
    expect(writer.staged('s'), flip).toMatchObject({
      frames: [{ id: 2 }],
      damages: [{ code: 'frame_damaged', streamId: 's' }],
      ids: [1, 2],
    });
    file
      .prepare('UPDATE frames SET number = ?, arrived_us = ?, data = ? WHERE id = 1')
      .run(row?.['number'], row?.['arrived_us'], row?.['data']);
  }
});

test('a stream that is not needed any more gives up its samples for ten a second and a summary, then those', async () => {
  const { store, directory } = aStore();
  for (let seq = 0; seq < 1_000; seq += 10) store.append(someSamples(seq, 10));
  await store.flush();
  expect(await store.thin('s')).toEqual([]);
  const reader = openStreamReader(directory);
  expect(reader.read('s').stretches).toEqual([]);
  const [thinned] = reader.read('s', 'thinned').stretches;
  expect(thinned).toMatchObject({ dtUs: 100_000, count: 100 });
  const meanOf = (from: number, to: number) =>
    upTo(to - from).reduce((sum, n) => sum + valueAt(from + n, 0), 0) / (to - from);
  expect(Math.abs((thinned?.values[0]?.[7] ?? 0) - meanOf(70, 80))).toBeLessThanOrEqual(2);
  const [summary] = reader.read('s', 'summary').stretches;
  expect(summary).toMatchObject({ dtUs: 1_000_000, count: 10 });
  expect(summary?.channels.slice(0, 4).map(({ name }) => name)).toEqual([
    'a_min',
    'a_max',
    'a_mean',
    'a_std',
  ]);
  const second = upTo(100).map((n) => valueAt(300 + n, 0));
  expect(summary?.values.slice(0, 2).map((all) => all[3])).toEqual([
    Math.min(...second),
    Math.max(...second),
  ]);
  expect(summary?.values[2]?.[3]).toBeCloseTo(meanOf(300, 400), 1);
  reader.close();

  await store.remove(['s'], 'thinned');
  expect(await store.usage()).toMatchObject({ streams: 1 });
  await store.remove(['s']);
  expect(await store.usage()).toMatchObject({ streams: 0 });
});

test('what is removed is gone from memory, from the file and from its log', async () => {
  const { store, directory } = aStore();
  store.append(someSamples(0, 400));
  await store.stage(someFrame(400, 100));
  await store.flush();
  store.append(someSamples(500, 100));
  await store.remove(['s']);
  await store.flush();
  expect(read(directory)).toEqual({ stretches: [], damages: [] });
  expect(await store.usage()).toMatchObject({ streams: 0, staged: 0 });
});

test('streams are known by when something was last stored of them', async () => {
  const { store, clock } = aStore();
  store.append(someSamples(0, 10, { streamId: 'old' }));
  await store.flush();
  await clock.advance(60_000);
  await store.stage(someFrame(0, 10, { streamId: 'new' }));
  expect(await store.streamsOlderThan(clock.now())).toEqual(['old']);
});

test('a disk that refuses is tried again, and nothing is lost meanwhile', async () => {
  const { store, clock, directory, failures } = aStore();
  store.append(someSamples(0, 10));
  await store.flush();
  const file = new Sqlite(streamFile(directory));
  file.exec(`CREATE TRIGGER full BEFORE INSERT ON chunks BEGIN SELECT raise(ABORT, 'no room'); END`);
  store.append(someSamples(10, 990));
  await expect(store.flush()).rejects.toThrow('no room');
  file.exec(`CREATE TRIGGER full_too BEFORE INSERT ON frames BEGIN SELECT raise(ABORT, 'no room'); END`);
  await expect(store.stage(someFrame(0, 10)), 'nothing is acknowledged').rejects.toThrow('no room');
  file.exec('DROP TRIGGER full; DROP TRIGGER full_too');
  await store.stage(someFrame(0, 10));
  file.close();
  await clock.advance(2_000);
  await store.sent();
  expect(failures).toHaveLength(1);
  expect(numbersIn(read(directory).stretches)).toEqual(upTo(1_000));
});
