import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GloveFrame } from '../../../../contract/glove-frame.ts';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { createFrameStream } from './frame-stream.ts';
import type { SampleBlock } from './sample-block.ts';

const dtUs = 10_000;
const perFrame = 5;
const epochUs = Date.UTC(2026, 5, 1, 12) * 1_000;

/** Frame `at` of a glove that began at `startUs` of its own time; its values tell the life and the sample. */
function frameOf(at: number, { life = 0, startUs = 1_000_000, count = perFrame } = {}): GloveFrame {
  const seq = at * perFrame;
  return {
    flags: { calibrated: false, deviceAuto: false, left: false },
    seq,
    t0Us: startUs + seq * dtUs,
    dtUs,
    count,
    layoutId: 0,
    channels: 5,
    values: Int16Array.from({ length: count * 5 }, (_, index) => life * 7 + seq + Math.floor(index / 5)),
  };
}

function countedRuns(): () => string {
  let runs = 0;
  return () => {
    runs += 1;
    return `run-${runs}`;
  };
}

function aStream() {
  const stream = createFrameStream({ glove: 'glove-1', newRun: countedRuns() });
  let nowUs = 50_000_000;
  return {
    ...stream,
    at: () => nowUs,
    pass: (ms: number) => {
      nowUs += ms * 1_000;
    },
    /** Takes frames, each `everyMs` after the one before. */
    send(frames: readonly GloveFrame[], everyMs = 50): SampleBlock[] {
      return frames.flatMap((frame) => {
        nowUs += everyMs * 1_000;
        return stream.take(frame, { monotonicUs: nowUs, epochUs: epochUs + nowUs });
      });
    },
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const frames = (from: number, to: number, life = {}) => range(from, to).map((at) => frameOf(at, life));
const samplesOf = (blocks: readonly SampleBlock[]) =>
  blocks.flatMap(({ run, seq, count }) => range(seq, seq + count).map((sample) => `${run}:${sample}`));
const runsOf = (blocks: readonly SampleBlock[]) => [...new Set(blocks.map(({ run }) => run))];

describe('the numbering of a glove', () => {
  test('hands each sample on with what it needs', () => {
    const [block] = aStream().send([frameOf(3)]);
    expect(block).toMatchObject({ glove: 'glove-1', run: 'run-1', seq: 15, lost: 0, dtUs, count: 5 });
    expect(block?.layout.id).toBe(5);
    expect(block?.values).toEqual(frameOf(3).values);
  });

  test('counts a gap and says where it is', () => {
    const glove = aStream();
    const blocks = glove.send([...frames(0, 3), ...frames(5, 7)]);
    expect(blocks.map(({ lost }) => lost)).toEqual([0, 0, 0, 10, 0]);
    expect(runsOf(blocks)).toEqual(['run-1']);
    expect(glove.counts()).toMatchObject({ samples: 25, lost: 10, restarts: 0 });
  });

  test('hands on what comes late into a gap, once, and takes it off the loss', () => {
    const glove = aStream();
    glove.send([...frames(0, 3), ...frames(5, 7)]);
    const late = glove.send([frameOf(4), frameOf(4), frameOf(3), frameOf(3)]);
    expect(late.map(({ seq, lost }) => [seq, lost])).toEqual([
      [20, 5],
      [15, 0],
    ]);
    expect(glove.counts()).toMatchObject({ samples: 35, lost: 0, late: 10, repeated: 2 });
  });

  test('takes from a frame only what is new of it', () => {
    const glove = aStream();
    glove.send([...frames(0, 2), ...frames(4, 5)]);
    const blocks = glove.send([frameOf(1, { count: 25 })]);
    expect(blocks.map(({ seq, count, lost }) => [seq, count, lost])).toEqual([
      [10, 10, 0],
      [25, 5, 0],
    ]);
  });

  test('takes what was overtaken by the first frame of all', () => {
    const glove = aStream();
    const blocks = glove.send([frameOf(3), frameOf(1), frameOf(2), frameOf(1), frameOf(4)], 10);
    expect(samplesOf(blocks).toSorted()).toEqual(
      range(5, 25)
        .map((sample) => `run-1:${sample}`)
        .toSorted(),
    );
    expect(glove.counts()).toMatchObject({ lost: 0, repeated: 1, restarts: 0 });
  });

  test('counts a replay of everything once, fast or as slowly as it was played', () => {
    for (const everyMs of [1, 50]) {
      const glove = aStream();
      const played = frames(0, 2_000);
      glove.send(played);
      expect(glove.send(played, everyMs)).toEqual([]);
      expect(samplesOf(glove.send(frames(2_000, 2_001)))).toHaveLength(5);
      expect(glove.counts()).toMatchObject({ samples: 10_005, lost: 0, repeated: 2_000, restarts: 0 });
    }
  });

  test.each([
    ['numbers and time begin anew', { life: 1, startUs: 900_000 }],
    ['the same numbers come at the same times with other values', { life: 1 }],
    ['the time is another one', { life: 0, startUs: 77_000_000_000 }],
  ])('begins a run when %s', (_case, life) => {
    const glove = aStream();
    glove.send(frames(0, 100));
    glove.pass(3_000);
    const blocks = glove.send(frames(0, 100, life));
    expect(samplesOf(blocks)).toEqual(range(0, 500).map((sample) => `run-2:${sample}`));
    expect(glove.counts()).toMatchObject({ lost: 0, repeated: 0, restarts: 1 });
  });

  test('begins a run after a restart whose first seconds were lost and whose frames are of another size', () => {
    const glove = aStream();
    glove.send(frames(0, 3_000));
    glove.pass(5_000);
    const blocks = glove.send(frames(200, 400, { life: 1, count: 4 }));
    expect(runsOf(blocks)).toEqual(['run-2']);
    // Two seconds pass until it is believed.
    expect(samplesOf(blocks).length).toBeGreaterThan(0.75 * 4 * 200);
  });

  test('keeps what comes late of the life before apart', () => {
    const glove = aStream();
    glove.send([...frames(0, 50), ...frames(51, 100)]);
    glove.pass(1_000);
    glove.send(frames(0, 10, { life: 1 }));
    expect(samplesOf(glove.send([frameOf(50), frameOf(99), frameOf(10, { life: 1 })]))).toEqual([
      ...range(250, 255).map((sample) => `run-1:${sample}`),
      ...range(50, 55).map((sample) => `run-2:${sample}`),
    ]);
    expect(glove.counts()).toMatchObject({ repeated: 1, lost: 0, restarts: 1 });
  });

  test('refuses a time that goes back, until the glove stays with it', () => {
    const glove = aStream();
    glove.send(frames(0, 10));
    const back = { startUs: -400_000 + 1_000_000 };
    expect(glove.send([frameOf(10, back), frameOf(10), frameOf(11, back)]).map(({ run }) => run)).toEqual([
      'run-1',
    ]);
    expect(glove.counts()).toMatchObject({ time_backwards: 2, restarts: 0 });
    expect(runsOf(glove.send(frames(12, 20, back)))).toEqual(['run-2']);
    expect(glove.counts()).toMatchObject({ time_backwards: 3, restarts: 1, lost: 0 });
  });

  test.each([
    ['a thousand million samples in no time', { ...frameOf(11), seq: 1_000_000_000 }],
    [
      'a thousand million samples and the time for them, which did not pass',
      { ...frameOf(11), seq: 1_000_000_000, t0Us: 1_000_000 + 1_000_000_000 * dtUs },
    ],
    ['an hour without a number', { ...frameOf(10), t0Us: 3_600_000_000 }],
  ])('does not believe %s: that is another run, and no loss', (_case, frame) => {
    const glove = aStream();
    glove.send(frames(0, 10));
    expect(runsOf(glove.send([frame]))).toEqual(['run-2']);
    expect(glove.counts()).toMatchObject({ lost: 0, restarts: 1 });
    // One stray frame takes nothing from the life that goes on.
    expect(samplesOf(glove.send(frames(10, 12)))).toEqual(range(50, 60).map((sample) => `run-1:${sample}`));
  });

  test('counts an outage of minutes as the loss that it was', () => {
    const glove = aStream();
    glove.send(frames(0, 10));
    glove.pass(300_000);
    const [block] = glove.send([frameOf(10 + 6_000)]);
    expect(block).toMatchObject({ run: 'run-1', lost: 30_000 });
  });

  test('does not count beyond what a number can be', () => {
    const glove = aStream();
    const last = { ...frameOf(0), seq: 0xffff_fffe };
    glove.send([last]);
    const [block] = glove.send([frameOf(0, { startUs: 1_050_000 })]);
    expect(block).toMatchObject({ run: 'run-2', seq: 0, lost: 0 });
  });

  test('takes each sample once and loses what never came, in whatever order and however often frames come', () => {
    const played = fc
      .array(
        fc.record({ drop: fc.boolean(), delay: fc.nat(6), again: fc.array(fc.nat(40), { maxLength: 2 }) }),
        {
          minLength: 2,
          maxLength: 60,
        },
      )
      .filter((sent) => sent.some(({ drop }) => !drop));
    fc.assert(
      fc.property(played, (sent) => {
        const arrivals = sent
          .flatMap(({ drop, delay, again }, at) =>
            drop ? [] : [delay, ...again].map((later) => ({ at, when: at + later })),
          )
          .toSorted((a, b) => a.when - b.when);
        const glove = aStream();
        const blocks = arrivals.flatMap(({ at }) => glove.send([frameOf(at)], 5));
        const came = [...new Set(arrivals.map(({ at }) => at))].toSorted((a, b) => a - b);
        const samples = samplesOf(blocks);
        expect(new Set(samples).size).toBe(samples.length);
        expect(samples.length).toBe(came.length * perFrame);
        const span = ((came.at(-1) ?? 0) - (came[0] ?? 0) + 1) * perFrame;
        expect(glove.counts().lost).toBe(span - samples.length);
        for (const { seq, count, values } of blocks) {
          expect(values).toEqual(Int16Array.from({ length: count * 5 }, (_, at) => seq + Math.floor(at / 5)));
        }
      }),
    );
  });
});

describe('what a glove sends', () => {
  test('is refused when nobody said what its channels are', () => {
    const glove = aStream();
    const odd = { ...frameOf(0), channels: 1, count: 25 };
    expect(glove.send([odd])).toEqual([]);
    expect(glove.counts()).toMatchObject({ frame_layout: 1 });
    const layout = { id: 9, channels: [{ name: 'battery', unit: 'V', scale: 0.01, offset: 0 }] };
    glove.describe(layout);
    expect(glove.send([odd])).toEqual([]);
    expect(glove.send([{ ...odd, layoutId: 9 }])[0]?.layout).toEqual(layout);
  });

  test('is not taken when it is in another layout with each frame: a few changes a second are', () => {
    const glove = aStream();
    const toggled = frames(0, 200).map((frame, at) => ({
      ...frame,
      flags: { ...frame.flags, calibrated: at % 2 === 0 },
    }));
    const blocks = glove.send(toggled);
    const { layout_unsteady, lost } = glove.counts();
    expect(runsOf(blocks).length).toBeLessThanOrEqual(10 * 3 + 1);
    expect(blocks.length + layout_unsteady).toBe(200);
    expect(lost).toBeGreaterThan(0);
    expect(glove.send(frames(300, 340)).length).toBeGreaterThanOrEqual(20);
  });

  test('is in one layout for a run: calibrated curls begin another', () => {
    const glove = aStream();
    const calibrated = { calibrated: true, deviceAuto: false, left: false };
    const blocks = glove.send([
      frameOf(0),
      { ...frameOf(1), flags: calibrated },
      { ...frameOf(2), flags: calibrated },
    ]);
    expect(blocks.map(({ run }) => run)).toEqual(['run-1', 'run-2', 'run-2']);
    expect(blocks.map(({ layout }) => layout.channels[0]?.scale)).toEqual([
      1 / 4_095,
      1 / 10_000,
      1 / 10_000,
    ]);
    expect(glove.counts().restarts).toBe(0);
  });
});

describe('the time of a glove', () => {
  /** Plays `seconds` over a network that delays; how far off the venue's times were, in ms, and what was made of it. */
  function play(seconds: number, { ppm = 0, delayMs = (_at: number) => 0 }) {
    const glove = createFrameStream({ glove: 'g', newRun: () => 'run' });
    let arrivedUs = 0;
    const errors: number[] = [];
    const steps: number[] = [];
    let before: SampleBlock | undefined;
    for (let at = 0; at < seconds * 20; at += 1) {
      const frame = frameOf(at);
      // What passed here when the glove’s clock, which is `ppm` too fast, showed that time.
      const trueUs = (seq: number) => (seq * dtUs) / (1 + ppm / 1e6);
      arrivedUs = Math.max(arrivedUs, trueUs(frame.seq + 4) + delayMs(at) * 1_000);
      const [block] = glove.take(frame, { monotonicUs: arrivedUs, epochUs: epochUs + arrivedUs });
      if (block === undefined) continue;
      errors.push((block.t0Us - epochUs - trueUs(block.seq)) / 1_000);
      if (before !== undefined) steps.push(block.t0Us - before.t0Us);
      before = block;
    }
    return { errors, steps, drift: glove.driftPpm() };
  }
  const jitter = (seed: number) => {
    const random = seededRandom(seed);
    return () => 1 - 12 * Math.log(1 - random());
  };

  test('is the venue’s, as soon as a message came without delay', () => {
    const { errors } = play(30, { delayMs: jitter(1) });
    expect(Math.max(...errors.slice(200).map(Math.abs))).toBeLessThan(5);
  });

  test('is spaced by the glove: never back, never far from its own interval', () => {
    const { steps } = play(60, { delayMs: jitter(2) });
    expect(Math.min(...steps)).toBeGreaterThan(48_900);
    expect(Math.max(...steps)).toBeLessThan(51_100);
  });

  test.each([-400, -50, 50, 400])('drifts by %d ppm, which is found and allowed for', (ppm) => {
    const { errors, drift } = play(600, { ppm, delayMs: jitter(3) });
    expect(Math.abs(drift - ppm)).toBeLessThan(10);
    expect(Math.max(...errors.slice(2_000).map(Math.abs))).toBeLessThan(8);
  });

  test('is not moved by a network that stands still for seconds', () => {
    const random = jitter(4);
    // Every ten seconds, what is sent within one second arrives at its end.
    const { errors } = play(120, {
      delayMs: (at) => (at % 200 < 20 ? (20 - (at % 200)) * 50 : 0) + random(),
    });
    expect(Math.max(...errors.slice(200).map(Math.abs))).toBeLessThan(8);
  });

  test('is set right at once, in another run, when it began in a heap that was seconds old', () => {
    const glove = aStream();
    const heap = glove.send(frames(0, 100), 0);
    const live = glove.send(frames(100, 120));
    expect(runsOf(heap).length).toBeGreaterThan(1);
    expect(runsOf(live)).toEqual(runsOf(heap.slice(-1)));
    const last = live.at(-1);
    const late = glove.at() + epochUs - ((last?.t0Us ?? 0) + 4 * dtUs);
    expect(late / 1_000).toBeLessThan(260);
    expect(samplesOf([...heap, ...live])).toHaveLength(600);
  });

  test('goes with the venue’s clock when that is set, in another run', () => {
    const stream = createFrameStream({ glove: 'g', newRun: countedRuns() });
    const take = (at: number, setUs: number) =>
      stream.take(frameOf(at), { monotonicUs: at * 50_000, epochUs: epochUs + setUs + at * 50_000 })[0];
    take(0, 0);
    const before = take(1, 0);
    const after = take(2, 3_600_000_000);
    expect([before?.run, after?.run]).toEqual(['run-1', 'run-2']);
    expect((after?.t0Us ?? 0) - (before?.t0Us ?? 0)).toBe(3_600_000_000 + 50_000);
    expect(stream.counts().restarts).toBe(0);
  });
});
