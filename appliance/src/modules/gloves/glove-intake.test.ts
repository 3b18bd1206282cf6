import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame, type GloveFrame } from '../../../contract/glove-frame.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { describeRecordings } from '../../testing/shared-recordings.ts';
import { createGloveIntake, type Seen } from './glove-intake.ts';
import { createGloveSinks } from './glove-sinks.ts';
import type { SampleBlock } from './stream/sample-block.ts';
import type { GloveConnection } from './ways/connection.ts';
import { createCsvWire } from './wire/csv.ts';

function anIntake() {
  const clock = createFakeClock();
  const blocks: SampleBlock[] = [];
  const seen: Seen[] = [];
  const shown: Buffer[] = [];
  let runs = 0;
  const intake = createGloveIntake({
    clock,
    newRun() {
      runs += 1;
      return `run ${runs}`;
    },
    rowOf: () => undefined,
    admit: async () => true,
    seen: (_glove, what) => seen.push(what),
    present: () => {},
    give: (block) => blocks.push(block),
    show: (_glove, frame) => shown.push(frame),
    changed: () => {},
  });
  return { clock, blocks, seen, shown, intake };
}

function aConnection(name: string) {
  const written: string[] = [];
  const connection: GloveConnection = {
    way: 'serial',
    place: '/dev/somewhere',
    name,
    trusted: true,
    write(bytes) {
      written.push(Buffer.from(bytes).toString());
      return true;
    },
    cut: () => {},
  };
  return { connection, written };
}

const aFrame = (seq: number, channels = 5): GloveFrame => ({
  flags: { calibrated: false, deviceAuto: false, left: false },
  seq,
  t0Us: seq * 10_000,
  dtUs: 10_000,
  count: 5,
  layoutId: channels,
  channels,
  values: Int16Array.from({ length: 5 * channels }, (_, at) => seq + at),
});
const line = (nth: number) => Buffer.from(`A${400 + nth * 9}B${nth}C${nth}D${nth}E${nth}\n`);

describe('a glove on a line', () => {
  test('is shown as frames, and those are not heard once more when an outside broker brings them back', async () => {
    const { clock, blocks, shown, intake } = anIntake();
    const { connection } = aConnection('glove-1');
    const attendant = intake.attend(connection);
    for (let nth = 0; nth < 300; nth += 1) {
      attendant.received(line(nth));
      await clock.advance(10);
    }
    const given = blocks.reduce((sum, { count }) => sum + count, 0);
    expect(given).toBeGreaterThan(250);
    for (const frame of shown) intake.frame('glove-1', frame, clock.now());
    expect(blocks.reduce((sum, { count }) => sum + count, 0)).toBe(given);
    expect(intake.nowOf('glove-1', true)?.health).toMatchObject({
      samples: given,
      rejected: 0,
      duplicates: 0,
    });
    const samples = shown.map((bytes) => {
      const decoded = decodeFrame(bytes);
      return decoded.ok ? decoded.frame.count : 0;
    });
    await clock.advance(100);
    expect(samples.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(given - 5);
  });

  test('has each of its lines answered once, and what it is told is an answer', async () => {
    const { clock, intake } = anIntake();
    const { connection, written } = aConnection('glove-2');
    const attendant = intake.attend(connection);
    for (let nth = 0; nth < 30; nth += 1) attendant.received(line(nth));
    await clock.advance(10);
    expect(written.join('')).toBe('\n'.repeat(30));
    expect(intake.lineOf('glove-2')?.say('A0B0C0D0E0\n')).toBe(true);
    attendant.received(Buffer.concat([line(31), line(32), line(33)]));
    expect(written.join('').slice(30)).toBe('A0B0C0D0E0\n\n\n');
    // Whoever never listens is told so much and no more.
    const told = Array.from({ length: 1_000 }, () => intake.lineOf('glove-2')?.say('\n'));
    expect(told.filter(Boolean).length).toBeLessThan(20);
  });

  test('that does not wait for answers is none that waits for its host; one that does, is', async () => {
    for (const [everyMs, condition] of [
      [1_000, 'waiting_for_host'],
      [10, 'streaming'],
    ] as const) {
      const { clock, intake } = anIntake();
      const { connection } = aConnection('glove-3');
      const attendant = intake.attend(connection);
      for (let nth = 0; nth * everyMs < 6_000; nth += 1) {
        attendant.received(line(nth));
        await clock.advance(everyMs);
        if ((nth * everyMs) % 1_000 === 0) intake.turn(() => true);
      }
      expect(intake.nowOf('glove-3', true)?.health.condition).toBe(condition);
    }
  });

  test('of which the last lines wait for the next hands them over when none come', async () => {
    const { clock, blocks, intake } = anIntake();
    const attendant = intake.attend(aConnection('glove-4').connection);
    for (let nth = 0; nth < 20; nth += 1) {
      attendant.received(line(nth));
      await clock.advance(10);
    }
    expect(blocks).toEqual([]);
    await clock.advance(3_000);
    intake.turn(() => true);
    expect(blocks.reduce((sum, { count }) => sum + count, 0)).toBe(19);
  });
});

test('a glove of which no frame is taken does not stream', async () => {
  const { clock, intake } = anIntake();
  const conditionAfter = async (bytes: (seq: number) => Uint8Array) => {
    for (let nth = 0; nth < 120; nth += 1) {
      intake.frame('glove-8', bytes(nth * 5), clock.now());
      await clock.advance(50);
      if (nth % 20 === 19) intake.turn(() => true);
    }
    return intake.nowOf('glove-8', true)?.health.condition;
  };
  expect(await conditionAfter(() => Buffer.from('no frame'))).toBe('refused');
  expect(await conditionAfter((seq) => encodeFrame(aFrame(seq)))).toBe('streaming');
  expect(await conditionAfter((seq) => encodeFrame(aFrame(seq, 7)))).toBe('refused');
});

test('a glove that is another one with each frame is told of once a second', async () => {
  const { clock, seen, intake } = anIntake();
  for (let nth = 0; nth < 300; nth += 1) {
    intake.frame('glove-5', encodeFrame(aFrame(nth * 5, nth % 2 === 0 ? 5 : 9)), clock.now());
    await clock.advance(10);
  }
  expect(seen.length).toBeLessThanOrEqual(4);
});

test('whoever throws harms nobody else', () => {
  let failures = 0;
  const sinks = createGloveSinks({
    clock: createFakeClock(),
    logger: pino({ level: 'silent' }),
    onFailure: () => {
      failures += 1;
    },
  });
  const taken: SampleBlock[] = [];
  sinks.follow(() => {
    throw new Error('full');
  });
  const stop = sinks.follow((block) => void taken.push(block));
  const { blocks, intake } = anIntake();
  intake.frame('glove-6', encodeFrame(aFrame(0)), 0);
  for (const block of blocks) sinks.give(block);
  stop();
  for (const block of blocks) sinks.give(block);
  expect(taken).toEqual(blocks);
  expect(failures).toBe(2);
});

describeRecordings('recordings of real gloves, as frames', (folder) => {
  test('every good row is a sample, and every bad one a hole', () => {
    const golden = JSON.parse(readFileSync(join(folder, 'golden', 'golden.json'), 'utf8')) as {
      glove_asl_validation: { file: string; rows: number; accepted: number }[];
    };
    for (const { file, rows, accepted } of golden.glove_asl_validation) {
      const { clock, intake } = anIntake();
      const raw = readFileSync(join(folder, 'glove-asl-70hz', file));
      const text = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString().trimEnd().split('\n').slice(1);
      const wire = createCsvWire('csv30');
      let last = -1;
      for (const [seq, row] of text.entries()) {
        const reading = wire.read(row, seq);
        if (reading.kind !== 'sample') continue;
        last = seq;
        const { values } = reading;
        const frame = { ...aFrame(seq, 15), count: 1, dtUs: 14_286, t0Us: seq * 14_286, values };
        intake.frame('glove-7', encodeFrame(frame), clock.now());
      }
      expect(text).toHaveLength(rows);
      expect(intake.counts().wires.frame).toMatchObject({ accepted, rejected: 0 });
      expect(intake.nowOf('glove-7', true)?.health).toMatchObject({
        samples: accepted,
        lost: last + 1 - accepted,
      });
    }
  });
});
