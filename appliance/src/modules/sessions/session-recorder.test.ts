import { beforeEach, describe, expect, test } from 'vitest';
import { knownLayout } from '../../../contract/glove-frame.ts';
import type { Samples } from '../../platform/streams/stream-store.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import type { SampleBlock } from '../gloves/index.ts';
import { createSessionRecorder, emptyTally } from './session-recorder.ts';

const dtUs = 10_000;
const layout = knownLayout(5, true);
if (layout === undefined) throw new Error('gloves with five channels are known');

let clock = createFakeClock();
let stored: Samples[] = [];
let learned: string[] = [];
let recorder = aRecorder();

function aRecorder() {
  return createSessionRecorder({
    clock,
    streams: { append: (samples) => void stored.push(samples) },
    rejectedBy: () => 0,
    driftWatch: () => ({ take() {}, drift: () => null }),
    learned: (id) => learned.push(id),
  });
}
beforeEach(() => {
  clock = createFakeClock();
  stored = [];
  learned = [];
  recorder = aRecorder();
});

const begin = (id: string, glove = 'one') =>
  recorder.begin(glove, { id, calibration: null, started_at: clock.now() });

/** Samples of a glove, of which the first was taken so many milliseconds from now; `value` tells them apart. */
function block(seq: number, count: number, fromNowMs: number, more: Partial<SampleBlock> = {}): SampleBlock {
  const values = Int16Array.from({ length: count * 5 }, (_, at) => seq + Math.floor(at / 5));
  const t0Us = (clock.now() + fromNowMs) * 1_000;
  const said = {
    glove: 'one',
    run: 'r',
    lost: 0,
    calibrated: true,
    deviceAuto: false,
    layout: layout as never,
  };
  return { ...said, seq, t0Us, dtUs, count, values, ...more };
}
const samplesOf = (id: string) =>
  stored.filter(({ streamId }) => streamId === id).reduce((sum, { count }) => sum + count, 0);

describe('what a glove kept while it was away', () => {
  test('is of whoever wore it then, and not of who plays now', async () => {
    await clock.advance(10_000);
    begin('theirs');
    await clock.advance(100);
    recorder.take(block(0, 400, -5_000));
    expect(stored).toEqual([]);
    // The last second of it reaches into the game by a tenth.
    recorder.take(block(400, 100, -1_000));
    const [first, ...others] = stored;
    expect(others).toEqual([]);
    expect(first).toMatchObject({ seq: 490, count: 10, t0Us: (clock.now() - 100) * 1_000 });
    expect(first?.values).toEqual(Int16Array.from({ length: 50 }, (_, at) => 490 + Math.floor(at / 5)));
    expect(recorder.tallyOf('one', 'theirs')).toMatchObject({ samples: 10, lost: 0 });
  });

  test('is told by the time that passed, and not by a clock that was set meanwhile', async () => {
    begin('theirs');
    await clock.advance(1_000);
    clock.stepWall(-3_600_000);
    recorder.take(block(0, 50, -500));
    expect(samplesOf('theirs')).toBe(50);
    clock.stepWall(7_200_000);
    recorder.take(block(50, 50, -5_000));
    expect(samplesOf('theirs')).toBe(50);
  });
});

test('what is learned of how it is calibrated is said once', () => {
  begin('theirs');
  for (const [seq, calibrated] of [true, true, false, false, true].entries())
    recorder.take(block(seq * 10, 10, seq * 100, { calibrated }));
  expect(learned).toEqual(['theirs', 'theirs']);
  expect(recorder.tallyOf('one', 'theirs')).toMatchObject({ deviceCalibrated: true, uncalibrated: true });
});

test('a session whose glove is needed for another keeps what is known of it', () => {
  begin('first');
  recorder.take(block(0, 100, 0));
  begin('second');
  recorder.take(block(100, 50, 1_000));
  expect(recorder.tallyOf('one', 'first')).toMatchObject({ samples: 100, deviceCalibrated: true });
  recorder.end('one', 'first');
  recorder.take(block(150, 50, 1_500));
  expect(recorder.tallyOf('one', 'second')).toMatchObject({ samples: 100 });
  expect([samplesOf('first'), samplesOf('second')]).toEqual([100, 100]);
});

describe('what is missing since a restart is lost', () => {
  const resume = (seq: number, agoMs: number) => {
    const last = { seq, tUs: (clock.now() - agoMs) * 1_000 };
    const row = { id: 'again', calibration: null, started_at: clock.now() - 60_000 };
    recorder.begin('one', row, { tally: { ...emptyTally, samples: seq + 1 }, last });
  };
  test.each([
    ['by the numbers of a glove that went on', 1_000, 1_503, 502],
    ['by the time, of one whose numbers are other ones', 1_000, 0, 499],
    ['by the time, of one whose numbers claim too much', 1_000, 1_000_000_000, 499],
  ])('%s', (_case, lastSeq, seq, lost) => {
    resume(lastSeq, 5_000);
    recorder.take(block(seq, 10, 0, { run: 'other' }));
    recorder.take(block(seq + 10, 10, 100, { run: 'other' }));
    expect(recorder.tallyOf('one', 'again')).toMatchObject({ samples: lastSeq + 21, lost });
  });
  test('nothing is, when nothing is missing, and not what only a clock says', () => {
    resume(1_000, 10);
    recorder.take(block(1_001, 10, 0));
    expect(recorder.tallyOf('one', 'again').lost).toBe(0);
    resume(1_000, 86_400_000);
    recorder.take(block(1_001, 10, 0));
    expect(recorder.tallyOf('one', 'again').lost).toBe(0);
  });
});
