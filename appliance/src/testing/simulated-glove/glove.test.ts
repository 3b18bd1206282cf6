import { expect, test } from 'vitest';
import { decodeFrame, type GloveFrame } from '../../../contract/glove-frame.ts';
import { noFaults, readFaultRates } from './fault-rates.ts';
import { frameChannels, gloveFormats, layoutOf } from './formats.ts';
import {
  arrivingSamples,
  createGlove,
  type Departure,
  type GloveOptions,
  type SimulatedGlove,
} from './glove.ts';

const begin = 1_800_000_000_000_000;

/** So many seconds in the life of a glove, whose host answers each line at once when it `answers`. */
function lifeOf(options: Partial<GloveOptions>, seconds: number, answers = true) {
  const glove = createGlove({ name: 'left-1', seed: 1, ...options });
  const all: Departure[] = [];
  for (let us = begin; us <= begin + seconds * 1e6; us += 2_000) {
    const departures = glove.step(us);
    all.push(...departures);
    if (answers && departures.some(({ what }) => what === 'packet')) glove.hear(Buffer.from('\n'), us);
  }
  all.push(...glove.finish(begin + seconds * 1e6));
  const packets = all.flatMap((one) => (one.what === 'packet' ? [one.packet] : []));
  return {
    glove,
    all,
    packets,
    text: packets.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join(''),
  };
}

const framesOf = (packets: readonly { bytes: Uint8Array }[]): GloveFrame[] =>
  packets.flatMap(({ bytes }) => {
    const decoded = decodeFrame(bytes);
    // A frame that is torn between two rounds of values is one of fewer channels.
    return decoded.ok && decoded.frame.channels === frameChannels ? [decoded.frame] : [];
  });

/** Numbers that arrived, each once. */
function numbersOf(frames: readonly GloveFrame[]): Set<number> {
  return new Set(
    frames.flatMap(({ seq, count }) => Array.from({ length: count }, (_, index) => seq + index)),
  );
}

test('tells all it measures, in numbered frames of five at a hundred a second', () => {
  const { glove, packets } = lifeOf({}, 10);
  const frames = framesOf(packets);
  expect(glove.counts.samples).toBe(1001);
  expect([...numbersOf(frames)]).toEqual(Array.from({ length: 1001 }, (_, index) => index));
  expect(frames[7]).toMatchObject({ seq: 35, t0Us: 350_000, dtUs: 10_000, count: 5, channels: 15 });
  const [, , , , , qw] = layoutOf(false).channels;
  expect((frames[0]?.values[5] ?? 0) * (qw?.scale ?? 0)).toBeCloseTo(1, 1);
});

test.each([2, 5])('batches of %i arrive in one piece', (batch) => {
  const frames = framesOf(lifeOf({ batch, rateHz: 50 }, 4).packets);
  expect(new Set(frames.slice(0, -1).map(({ count }) => count))).toEqual(new Set([batch]));
  expect(frames[1]?.dtUs).toBe(20_000);
});

test('calibrated frames tell how far the hand is closed', () => {
  const frames = framesOf(lifeOf({ calibrated: true }, 30).packets);
  const curls = frames.flatMap(({ values, count }) =>
    Array.from({ length: count }, (_, at) => (values[at * 15 + 1] ?? 0) / 10_000),
  );
  expect(Math.max(...curls)).toBeGreaterThan(0.8);
  expect(Math.max(...curls)).toBeLessThan(1.1);
  expect(Math.min(...curls)).toBeGreaterThan(-0.1);
  expect(frames[0]?.flags).toEqual({ calibrated: true, deviceAuto: false, left: false });
});

test.each([
  ['alpha', /^A\d{1,4}B\d{1,4}C\d{1,4}D\d{1,4}E\d{1,4}F2047G2047P\d{1,4}[I-M]*$/u],
  ['legacy', /^(\d{1,4}&){12}\d$/u],
  ['csv5', /^\d+(,\d+){4}$/u],
  ['csv9', /^\d+(,\d+){4}(,-?[01]\.\d{4}){4}$/u],
  ['csv15', /^\d+(,\d+){4}(,-?[01]\.\d{4}){4}(,-?\d+\.\d{3}){3}(,-?\d+\.\d{2}){3}$/u],
  ['csv30', /^\d+(,\d+){4}(,-?[01]\.\d{6}){4}(,-?\d+){12}(,-?\d\.\d{6}){3}(,-?\d+){6}$/u],
] as const)('%s lines look like those of the real firmware', (format, line) => {
  const { text, glove } = lifeOf({ format, rateHz: 50, lineEnd: '\n' }, 20);
  const lines = text.split('\n').slice(0, -1);
  expect(lines).toHaveLength(glove.counts.samples);
  for (const one of lines) expect(one).toMatch(line);
});

test('over Wi-Fi a line ends with an empty one', () => {
  expect(lifeOf({ format: 'alpha', lineEnd: '\n\r\n' }, 1).text).toMatch(/^(A[^\n\r]+\n\r\n)+$/u);
});

test('firmware of its kind blocks for a second when nobody answers, and feels what it is told to', () => {
  const silent = lifeOf({ format: 'alpha' }, 10, false).glove.counts;
  expect(silent.samples).toBe(11);
  expect(silent.waits).toBe(10);
  const answered = lifeOf({ format: 'alpha' }, 10).glove;
  expect(answered.counts.samples).toBeGreaterThan(800);
  expect(answered.counts.waits).toBe(0);
  answered.hear(Buffer.from('A500B1000'), begin + 20e6);
  expect(answered.force).toBeNull();
  answered.hear(Buffer.from('C0D0E250\n'), begin + 20e6);
  expect(answered.force).toEqual([500, 1000, 0, 0, 250]);
});

test('firmware that rescales itself says the middle before it has seen anything, and then always reaches the ends', () => {
  const lines = lifeOf({ format: 'alpha', rateHz: 50 }, 30).text.split('\n');
  const middle = lines
    .map((line) => Number(/C(\d+)/u.exec(line)?.[1] ?? Number.NaN))
    .filter((one) => one >= 0);
  expect(middle[0]).toBe(2047);
  expect([Math.min(...middle), Math.max(...middle)]).toEqual([0, 4095]);
});

test('what is lost, torn, garbled or came twice is counted exactly as it arrives', () => {
  const { glove, packets } = lifeOf(
    {
      faults: {
        lostRate: 0.03,
        tornRate: 0.02,
        duplicatedRate: 0.05,
        replayedRate: 0.01,
        reorderedRate: 0.04,
        jitterMs: 30,
      },
    },
    60,
  );
  const { faults, packets: made } = glove.counts;
  const again = faults.duplicated.packets + faults.replayed.packets;
  expect(packets).toHaveLength(made - faults.lost.packets + again);
  expect(numbersOf(framesOf(packets)).size).toBe(arrivingSamples(glove.counts));
  for (const kind of [
    faults.lost,
    faults.torn,
    faults.duplicated,
    faults.replayed,
    faults.reordered,
    faults.late,
  ])
    expect(kind.packets).toBeGreaterThan(5);
  expect(packets.every(({ atUs }, index) => index === 0 || atUs >= (packets[index - 1]?.atUs ?? 0))).toBe(
    true,
  );
  const overtaken = framesOf(packets).filter(({ seq }, index, all) => seq < (all[index - 1]?.seq ?? 0));
  expect(overtaken.length).toBeGreaterThanOrEqual(faults.reordered.packets);
});

test('bytes that are gone or changed are in the packets that say so', () => {
  const faulty = lifeOf({ format: 'csv15', faults: { deletedRate: 0.1, flippedRate: 0.1 } }, 20);
  const clean = lifeOf({ format: 'csv15' }, 20).packets;
  expect(faulty.packets).toHaveLength(clean.length);
  const differing = faulty.packets.filter(
    ({ bytes }, index) => Buffer.compare(bytes, clean[index]?.bytes ?? bytes) !== 0,
  );
  const { deleted, flipped } = faulty.glove.counts.faults;
  expect(differing).toHaveLength(deleted.packets + flipped.packets);
  expect(differing.every(({ intact }) => !intact)).toBe(true);
});

test('power that goes begins a new life at number 0, and what was never sent is not counted', () => {
  const { glove, all } = lifeOf({ faults: { powerLossesPerMinute: 10, powerLossSeconds: 2 } }, 60);
  const { powerLosses } = glove.counts.faults;
  expect(powerLosses).toBeGreaterThan(2);
  const lives: GloveFrame[][] = [];
  for (const one of all) {
    if (one.what === 'power' && one.on) lives.push([]);
    else if (one.what === 'packet') lives.at(-1)?.push(...framesOf([one.packet]));
  }
  expect(lives).toHaveLength(glove.counts.runs);
  for (const [first] of lives.filter((frames) => frames.length > 0))
    expect(first).toMatchObject({ seq: 0, t0Us: 0 });
  const told = lives.flat().reduce((sum, { count }) => sum + count, 0);
  expect(told).toBe(glove.counts.samples);
});

test('a clock that is wrong drifts and steps, as much as it says', () => {
  const drifting = framesOf(lifeOf({ faults: { clockPpm: 20_000 } }, 30).packets).at(-1);
  expect((drifting?.t0Us ?? 0) / 30e6).toBeCloseTo(1.02, 2);
  const { glove, packets } = lifeOf({ faults: { clockStepsPerMinute: 20 } }, 60);
  const frames = framesOf(packets);
  const stepped = frames.filter(
    ({ t0Us }, index) => index > 0 && t0Us - (frames[index - 1]?.t0Us ?? 0) !== 50_000,
  );
  expect(glove.counts.faults.clockSteps).toBeGreaterThan(5);
  expect(stepped).toHaveLength(glove.counts.faults.clockSteps);
});

test('dropouts take all that was measured meanwhile, and a hand that lies still puts it to sleep', () => {
  const silent = lifeOf({ faults: { dropoutsPerMinute: 5, dropoutSeconds: 2 } }, 60);
  expect(silent.glove.counts.faults.dropout.samples).toBeGreaterThan(200);
  expect(numbersOf(framesOf(silent.packets)).size).toBe(arrivingSamples(silent.glove.counts));

  const { glove, packets, all } = lifeOf({ faults: { sleepAfterSeconds: 2 } }, 60);
  expect(glove.counts.faults.sleeps).toBeGreaterThan(0);
  expect(glove.counts.samples).toBeLessThan(5900);
  expect(numbersOf(framesOf(packets)).size).toBe(glove.counts.samples);
  expect(all.some((one) => one.what === 'state' && one.state === 'idle')).toBe(true);
});

test('a finger that is stuck does not move, sensors that drift do so by themselves', () => {
  const fingerOf = (glove: SimulatedGlove | GloveFrame[], finger: number) =>
    (glove as GloveFrame[]).flatMap(({ values, count }) =>
      Array.from({ length: count }, (_, at) => values[at * 15 + finger] ?? 0),
    );
  const stuck = framesOf(lifeOf({ faults: { stuckFinger: 2 } }, 10).packets);
  expect(new Set(fingerOf(stuck, 2)).size).toBe(1);
  expect(new Set(fingerOf(stuck, 1)).size).toBeGreaterThan(100);
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const drifted = mean(
    fingerOf(framesOf(lifeOf({ calibrated: true, faults: { driftPerMinute: 0.3 } }, 60).packets), 1),
  );
  const still = mean(fingerOf(framesOf(lifeOf({ calibrated: true }, 60).packets), 1));
  expect(Math.abs(drifted - still) / 10_000).toBeCloseTo(0.15, 1);
});

test('after power comes there is a boot log and, at the wrong speed, noise', () => {
  const { text, glove } = lifeOf({ format: 'alpha', faults: { bootLogLines: 5, wrongBaudPackets: 3 } }, 3);
  expect(text).toMatch(/^ets Jul/u);
  expect(glove.counts.faults).toMatchObject({ bootLogLines: 5, garbled: { packets: 3, samples: 3 } });
});

test('the same seed is the same life', () => {
  const faults = { lostRate: 0.05, tornRate: 0.05, powerLossesPerMinute: 3, jitterMs: 10 };
  for (const format of gloveFormats) {
    const [one, other] = [lifeOf({ format, faults }, 5), lifeOf({ format, faults }, 5)];
    expect(one.all).toEqual(other.all);
  }
});

test('faults are read from a line, and what is none is said', () => {
  expect(readFaultRates('lostRate=0.01, clockPpm=80')).toEqual({ ...noFaults, lostRate: 0.01, clockPpm: 80 });
  expect(readFaultRates('')).toEqual(noFaults);
  expect(() => readFaultRates('weather=1')).toThrow(/weather is no fault/u);
  expect(() => readFaultRates('lostRate')).toThrow(/lostRate must be a number/u);
});
