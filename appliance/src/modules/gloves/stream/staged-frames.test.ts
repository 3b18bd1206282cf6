import { expect, test } from 'vitest';
import { encodeFrame } from '../../../../contract/glove-frame.ts';
import type { SampleBlock } from './sample-block.ts';
import { type ArrivedFrame, blocksOfFrames } from './staged-frames.ts';

const channels = 5;
const dtUs = 10_000;
const count = 5;
/** The machine was switched on so long before the epoch's moment below. */
const upUs = 3_600e6;
const epochUs = Date.UTC(2026, 5, 1, 12) * 1_000;

/** Frame `n` of a glove that was switched on at `onUs` of the machine's time, `lateUs` after its last sample. */
function frame(n: number, { onUs = upUs, lateUs = 3_000, wallUs = 0 } = {}): ArrivedFrame {
  const seq = n * count;
  // A hand does not do the same again.
  const life = onUs === upUs ? 0 : 5_000;
  const values = Int16Array.from(
    { length: count * channels },
    (_, at) => life + seq + Math.floor(at / channels),
  );
  const flags = { calibrated: false, deviceAuto: false, left: false };
  const t0Us = seq * dtUs;
  const bytes = encodeFrame({ flags, seq, t0Us, dtUs, count, layoutId: 5, channels, values });
  const arrivedUs = onUs + t0Us + (count - 1) * dtUs + lateUs;
  return { arrivedUs, receivedUs: epochUs + arrivedUs - upUs + wallUs, bytes };
}

function blocksOf(frames: readonly ArrivedFrame[]): SampleBlock[] {
  let runs = 0;
  const newRun = () => {
    runs += 1;
    return `run-${runs}`;
  };
  return blocksOfFrames(frames, { glove: 'glove-1', layout: null, newRun });
}

/** Numbers and times, as they are in the venue. */
const samplesIn = (blocks: readonly SampleBlock[]) =>
  blocks.flatMap(({ run, seq, t0Us, count: samples, values }) =>
    Array.from({ length: samples }, (_, n) => {
      expect([seq + n, 5_000 + seq + n]).toContain(values[n * channels]);
      return { run, seq: seq + n, atUs: t0Us + n * dtUs };
    }),
  );
const byCommit = (frames: readonly ArrivedFrame[]) => frames.toSorted((a, b) => a.arrivedUs - b.arrivedUs);
const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, n) => from + n);

test('what a worker left behind is put where it was measured, however much it is and whatever came meanwhile', () => {
  // Every other frame of ten seconds comes when the worker is back, within a moment and twice.
  const away = (n: number) => n >= 100 && n < 300 && n % 2 === 0;
  const timely = upTo(400).filter((n) => !away(n));
  const back = frame(300).arrivedUs;
  const late = upTo(400)
    .filter(away)
    .map((n) => ({ ...frame(n), arrivedUs: back + n, receivedUs: epochUs + back + n - upUs }));
  const blocks = blocksOf(byCommit([...timely.map((n) => frame(n)), ...late, ...late]));
  const samples = samplesIn(blocks);
  expect(samples.map(({ seq }) => seq)).toEqual(upTo(2_000));
  expect(new Set(samples.map(({ run }) => run)).size).toBe(1);
  expect(blocks.reduce((sum, { lost }) => sum + lost, 0)).toBe(0);
  for (const { seq, atUs } of samples) expect(Math.abs(atUs - epochUs - seq * dtUs)).toBeLessThan(4_000);
});

test('what a worker brings when all is over is put into its holes, however many they are', () => {
  const back = frame(700).arrivedUs;
  const late = upTo(400)
    .filter((n) => n % 2 === 1)
    .map((n) => ({ ...frame(n), arrivedUs: back + n, receivedUs: epochUs + back + n - upUs }));
  const timely = upTo(401).filter((n) => n % 2 === 0);
  const samples = samplesIn(blocksOf(byCommit([...timely.map((n) => frame(n)), ...late])));
  expect(samples.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(upTo(2_005));
  expect(new Set(samples.map(({ run }) => run)).size).toBe(1);
  for (const { seq, atUs } of samples) expect(Math.abs(atUs - epochUs - seq * dtUs)).toBeLessThan(4_000);
});

test('a session whose first frames all come late has their times', () => {
  const back = frame(60).arrivedUs;
  const late = upTo(60).map((n) => ({
    ...frame(n),
    arrivedUs: back + n,
    receivedUs: epochUs + back + n - upUs,
  }));
  const samples = samplesIn(blocksOf(byCommit([...late, ...upTo(200, 61).map((n) => frame(n))])));
  expect(samples.map(({ seq }) => seq)).toEqual(upTo(1_000).filter((seq) => seq < 300 || seq >= 305));
  for (const { seq, atUs } of samples) expect(Math.abs(atUs - epochUs - seq * dtUs)).toBeLessThan(4_000);
});

test('what never comes is a gap', () => {
  const blocks = blocksOf(
    upTo(100)
      .filter((n) => n % 10 !== 7)
      .map((n) => frame(n)),
  );
  expect(blocks.reduce((sum, { lost }) => sum + lost, 0)).toBe(10 * count);
});

test('a glove that is switched on anew begins a run, also when something of before it comes after', () => {
  const again = upUs + 30e6;
  const before = upTo(400).filter((n) => n % 2 === 1 || n < 380);
  const left = upTo(400, 380)
    .filter((n) => n % 2 === 0)
    .map((n) => frame(n, { lateUs: 8e6 }));
  const frames = [
    ...before.map((n) => frame(n)),
    ...left,
    ...upTo(200).map((n) => frame(n, { onUs: again })),
  ];
  const samples = samplesIn(blocksOf(byCommit(frames)));
  const runs = Map.groupBy(samples, ({ run }) => run);
  const numbers = [...runs.values()].map((all) => all.map(({ seq }) => seq).toSorted((a, b) => a - b));
  expect(numbers).toEqual([upTo(2_000), upTo(1_000)]);
});

test('the machine is started anew in between: its clock begins at nothing, the venue goes on', () => {
  const before = upTo(100).map((n) => frame(n));
  // Its own clock is an hour and a half behind where it was, the wall clock is not.
  const shiftUs = 5_400e6;
  const after = upTo(200, 100).map((n) => {
    const { arrivedUs, ...rest } = frame(n);
    return { ...rest, arrivedUs: arrivedUs - shiftUs };
  });
  const samples = samplesIn(blocksOf([...before, ...after]));
  expect(samples.map(({ seq }) => seq)).toEqual(upTo(1_000));
  for (const { seq, atUs } of samples) expect(Math.abs(atUs - epochUs - seq * dtUs)).toBeLessThan(4_000);
});

test('the wall clock is set meanwhile: every sample has the time that it had, or has since', () => {
  const frames = upTo(200).map((n) => frame(n, { wallUs: n < 100 ? 0 : 60e6 }));
  for (const { seq, atUs } of samplesIn(blocksOf(frames))) {
    const setUs = seq < 500 ? 0 : 60e6;
    expect(Math.abs(atUs - epochUs - seq * dtUs - setUs)).toBeLessThan(4_000);
  }
});
