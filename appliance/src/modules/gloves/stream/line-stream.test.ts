import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { curls } from '../../../../contract/glove-frame.ts';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { describeRecordings } from '../../../testing/shared-recordings.ts';
import { createConnectedGlove } from './connected-glove.ts';
import { createLineStream, type LineSample } from './line-stream.ts';
import type { SampleBlock } from './sample-block.ts';

const epochUs = Date.UTC(2026, 5, 1, 12) * 1_000;
const layout = { id: 1, channels: curls(4_095) };

interface Line {
  readonly takenUs: number;
  readonly arrivesUs: number;
  readonly damaged?: boolean;
}

function countedRuns(): () => string {
  let runs = 0;
  return () => {
    runs += 1;
    return `run-${runs}`;
  };
}

/** Lines as they arrive, those of one millisecond in one piece, → blocks. The values of a line are its place. */
function play(lines: readonly Line[]) {
  const stream = createLineStream({ glove: 'g', newRun: countedRuns() });
  const blocks: SampleBlock[] = [];
  let arrivedUs = 0;
  let piece: LineSample[] = [];
  const hand = (atUs: number) => {
    blocks.push(...stream.take(piece, { monotonicUs: atUs, epochUs: epochUs + atUs }));
    piece = [];
  };
  for (const [at, line] of lines.entries()) {
    const atUs = Math.max(arrivedUs, Math.ceil(line.arrivesUs / 1_000) * 1_000);
    if (atUs > arrivedUs && piece.length > 0) hand(arrivedUs);
    arrivedUs = atUs;
    piece.push(line.damaged ? { values: null } : { layout, values: new Int16Array(5).fill(at) });
  }
  hand(arrivedUs);
  blocks.push(...stream.flush());
  /** ms that each sample's time is off. */
  const errors = blocks.flatMap(({ t0Us, dtUs, count, values }) =>
    Array.from({ length: count }, (_, index) => {
      const taken = lines[values[index * 5] ?? 0]?.takenUs ?? Number.NaN;
      return (t0Us + index * dtUs - epochUs - taken) / 1_000;
    }),
  );
  return { blocks, errors, counts: stream.counts() };
}

/** `hz` lines a second for `seconds`; `delayMs` of one taken at `ms`. */
function evenly(hz: number, seconds: number, delayMs: (ms: number) => number = () => 1): Line[] {
  return Array.from({ length: Math.round(hz * seconds) }, (_, at) => {
    const takenUs = (at * 1e6) / hz;
    return { takenUs, arrivesUs: takenUs + delayMs(takenUs / 1_000) * 1_000 };
  });
}
const worst = (errors: readonly number[]) => Math.max(...errors.map(Math.abs));
const runsOf = (blocks: readonly SampleBlock[]) => [...new Set(blocks.map(({ run }) => run))];

describe('lines without a number and a time', () => {
  test.each([20, 50, 70, 100, 281])('at %d Hz are each handed on, at their time', (hz) => {
    const lines = evenly(hz, 20);
    const { blocks, errors, counts } = play(lines);
    expect(counts).toEqual({ samples: lines.length, lost: 0, pauses: 0, runs: 1 });
    expect(worst(errors)).toBeLessThan(6);
    expect(1e6 / (blocks.at(-1)?.dtUs ?? 0)).toBeCloseTo(hz, -1);
  });

  test('that arrive in heaps are spaced as they were taken', () => {
    const random = seededRandom(5);
    const heaps = (ms: number) => Math.ceil(ms / 100) * 100 - ms + 1 + random() * 5;
    const { errors, counts, blocks } = play(evenly(70, 60, heaps));
    expect(counts).toMatchObject({ lost: 0, pauses: 0 });
    expect(runsOf(blocks)).toHaveLength(1);
    expect(worst(errors.slice(700))).toBeLessThan(20);
  });

  test('that a network held for a second were not lost', () => {
    const held = (ms: number) => (ms >= 8_000 && ms < 9_000 ? 9_000 - ms : 1);
    const { errors, counts } = play(evenly(100, 20, held));
    expect(counts).toEqual({ samples: 2_000, lost: 0, pauses: 0, runs: 1 });
    expect(worst(errors)).toBeLessThan(8);
  });

  test('that come in several pieces after a second were not lost', () => {
    const held = (ms: number) => (ms >= 8_000 && ms < 9_000 ? 9_000 - ms + (ms - 8_000) / 20 : 1);
    const { errors, counts } = play(evenly(100, 20, held));
    expect(counts).toEqual({ samples: 2_000, lost: 0, pauses: 0, runs: 1 });
    expect(worst(errors)).toBeLessThan(8);
  });

  test('that were not taken for a second are missing', () => {
    const lines = evenly(100, 20).filter(({ takenUs }) => takenUs < 8e6 || takenUs >= 9e6);
    const { blocks, errors, counts } = play(lines);
    expect(counts).toMatchObject({ samples: 1_900, pauses: 1, runs: 1 });
    expect(counts.lost).toBeGreaterThanOrEqual(95);
    expect(counts.lost).toBeLessThanOrEqual(105);
    expect(blocks.filter(({ lost }) => lost > 0)).toHaveLength(1);
    expect(worst(errors)).toBeLessThan(12);
  });

  test('that were damaged are missing where they were', () => {
    const lines = evenly(100, 10).map((line, at) => ({
      ...line,
      damaged: at % 100 === 50 || at % 100 === 51,
    }));
    const { blocks, errors, counts } = play(lines);
    expect(counts).toMatchObject({ samples: 980, lost: 20, pauses: 0 });
    expect(blocks.filter(({ lost }) => lost === 2)).toHaveLength(10);
    for (const { seq, values } of blocks) expect(values[0]).toBe(seq);
    expect(worst(errors)).toBeLessThan(6);
  });

  test('whose rate changes are measured anew', () => {
    const slow = evenly(20, 5);
    const fast = evenly(200, 10).map(({ takenUs, arrivesUs }) => ({
      takenUs: takenUs + 5e6,
      arrivesUs: arrivesUs + 5e6,
    }));
    const { blocks, errors, counts } = play([...slow, ...fast]);
    expect(counts.samples).toBe(slow.length + fast.length);
    expect(runsOf(blocks).length).toBeGreaterThan(1);
    expect(worst(errors.slice(-1_000))).toBeLessThan(12);
  });

  test('that are heard of again after minutes begin a run', () => {
    const before = evenly(50, 5);
    const after = evenly(50, 5).map(({ takenUs, arrivesUs }) => ({
      takenUs: takenUs + 300e6,
      arrivesUs: arrivesUs + 300e6,
    }));
    const { blocks, counts } = play([...before, ...after]);
    expect(counts).toMatchObject({ samples: 500, lost: 0, runs: 2 });
    expect(runsOf(blocks)).toEqual(['run-1', 'run-2']);
  });

  test('that were too few to have a rate before a silence do not spoil the one after it', () => {
    const before = evenly(50, 0.2);
    const after = evenly(50, 5).map(({ takenUs, arrivesUs }) => ({
      takenUs: takenUs + 5e6,
      arrivesUs: arrivesUs + 5e6,
    }));
    const { blocks, errors, counts } = play([...before, ...after]);
    expect(counts).toMatchObject({ samples: 260, lost: 0, runs: 2 });
    expect(runsOf(blocks)).toEqual(['run-1', 'run-2']);
    expect(worst(errors)).toBeLessThan(6);
    expect(play([{ takenUs: 0, arrivesUs: 0 }]).counts).toMatchObject({ samples: 1, lost: 0 });
  });

  test('are never handed on twice, nor with their time going back within a run, whatever their delays', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seededRandom(seed);
      const { blocks, counts } = play(
        evenly(60, 20, () => (random() < 0.01 ? random() * 1_500 : random() * 40)),
      );
      expect(counts.samples).toBe(1_200);
      for (const [at, block] of blocks.entries()) {
        const before = blocks[at - 1];
        if (before?.run !== block.run) continue;
        expect(block.seq).toBe(before.seq + before.count + block.lost);
        expect(block.t0Us).toBeGreaterThan(before.t0Us);
      }
    }
  });
});

describe('a glove at the end of a line', () => {
  test('is read from its bytes on, and tells that it rescales itself', () => {
    const glove = createConnectedGlove({ glove: 'g', newRun: countedRuns() });
    const blocks: SampleBlock[] = [];
    let lines = 0;
    for (let at = 0; at < 300; at += 1) {
      const curl = Math.round(2_000 + 2_000 * Math.sin(at / 10));
      const torn = at % 50 === 49;
      const line = torn
        ? `A${curl}B${curl}C99999D0E0\n\r\n`
        : `A${curl}B${curl}C${curl}D${curl}E${curl}P0\n\r\n`;
      const monotonicUs = at * 10_000;
      const reading = glove.read(new TextEncoder().encode(line), {
        monotonicUs,
        epochUs: epochUs + monotonicUs,
      });
      blocks.push(...reading.blocks);
      lines += reading.lines;
    }
    blocks.push(...glove.flush());
    expect(lines).toBe(300);
    expect([glove.wire(), glove.state()]).toEqual(['alpha', 'reading']);
    expect(Object.fromEntries(glove.refusals())).toEqual({ line_first: 1, alpha_range: 6 });
    expect(blocks.reduce((sum, { count }) => sum + count, 0)).toBe(293);
    expect(blocks.reduce((sum, { lost }) => sum + lost, 0)).toBe(5);
    expect(blocks.every(({ deviceAuto, calibrated }) => deviceAuto && !calibrated)).toBe(true);
    expect(blocks[0]?.layout.channels.map(({ name }) => name)).toEqual([
      ...['thumb', 'index', 'middle', 'ring', 'pinky', 'trigger', 'buttons'],
    ]);
  });
});

describeRecordings('a recording of a real glove', (folder) => {
  test('played at the speed of a serial line is handed on once, and what was damaged is missing in its place', () => {
    const golden: { glove_asl_validation: { file: string; rows: number; accepted: number }[] } = JSON.parse(
      readFileSync(join(folder, 'golden', 'golden.json'), 'utf8'),
    );
    for (const { file, rows, accepted } of golden.glove_asl_validation) {
      const stored = readFileSync(join(folder, 'glove-asl-70hz', file));
      const bytes = file.endsWith('.gz') ? gunzipSync(stored) : stored;
      const glove = createConnectedGlove({ glove: 'g', newRun: countedRuns() });
      const blocks: SampleBlock[] = [];
      for (let at = 0; at < bytes.length; at += 64) {
        // 115 200 baud are 11 520 bytes a second.
        const monotonicUs = Math.round((at + 64) / 0.01152);
        const arrival = { monotonicUs, epochUs: epochUs + monotonicUs };
        blocks.push(...glove.read(bytes.subarray(at, at + 64), arrival).blocks);
      }
      blocks.push(...glove.flush());
      expect([file, blocks.reduce((sum, { count }) => sum + count, 0)]).toEqual([file, accepted]);
      expect(glove.lineCounts()).toMatchObject({ samples: accepted, lost: rows - accepted, pauses: 0 });
    }
  });
});
