import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodeFrame } from '../../contract/glove-frame.ts';
import { createGloveIntake, type GloveIntake } from '../../src/modules/gloves/glove-intake.ts';
import type { SampleBlock } from '../../src/modules/gloves/index.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { alphaLines, channels, dtUs, rateHz, recordedHand } from './hands.ts';

/** CPU µs a sample, from the bytes to the block; sockets and storage are not in it. */
export interface WireRun {
  readonly frame: number;
  readonly alpha: number;
}

const gloves = 20;
const seconds = 60;
const samplesPerFrame = 5;
/** By then it is clear what they are. */
const linesUntilAdmitted = 50;

/** Frames of 15 channels and alpha lines of 5 through the same intake. Throws when samples are missing at its end. */
export async function measureWires(): Promise<WireRun> {
  return { frame: await ofFrames(), alpha: await ofAlphaLines() };
}

function ofFrames(): Promise<number> {
  const { values } = recordedHand(1, seconds);
  const frames: Uint8Array[] = [];
  for (let seq = 0; seq < seconds * rateHz; seq += samplesPerFrame) {
    frames.push(
      encodeFrame({
        flags: { calibrated: false, deviceAuto: false, left: false },
        ...{ seq, t0Us: seq * dtUs, dtUs, count: samplesPerFrame, layoutId: channels, channels },
        values: values.subarray(seq * channels, (seq + samplesPerFrame) * channels),
      }),
    );
  }
  const names = Array.from({ length: gloves }, (_, glove) => `glove-${glove}`);
  return cpuOfASample(async (intake, clock) => {
    for (const frame of frames) {
      clock.pass((samplesPerFrame * dtUs) / 1_000);
      for (const name of names) intake.frame(name, frame, clock.now());
    }
  });
}

function ofAlphaLines(): Promise<number> {
  const lines = alphaLines(1, seconds).map((line) => Buffer.from(line, 'latin1'));
  return cpuOfASample(async (intake, clock) => {
    const attendants = Array.from({ length: gloves }, (_, glove) =>
      intake.attend({
        ...{ way: 'serial', place: `/dev/ttyUSB${glove}`, name: `glove-${glove}`, trusted: true },
        write: () => true,
        cut() {},
      }),
    );
    for (const [index, line] of lines.entries()) {
      clock.pass(dtUs / 1_000);
      for (const { received } of attendants) received(line);
      // Whether it is a glove of ours is asked of a database.
      if (index < linesUntilAdmitted) await nextTurn();
    }
    for (const { lost } of attendants) lost();
  });
}

interface PassingClock extends Clock {
  pass(ms: number): void;
}

const never = () => () => {};

function passingClock(): PassingClock {
  let ms = 1_000;
  const startsAt = Date.UTC(2026, 5, 1, 12);
  return {
    now: () => startsAt + ms,
    monotonic: () => ms,
    after: never,
    deadline: never,
    every: never,
    pass(by) {
      ms += by;
    },
  };
}

type Play = (intake: GloveIntake, clock: PassingClock) => Promise<void>;

async function cpuOfASample(play: Play): Promise<number> {
  await played(play);
  const before = process.cpuUsage();
  const samples = await played(play);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / samples;
}

/** How many samples came out. A glove that rescales itself gives none until each of its fingers has moved. */
async function played(play: Play): Promise<number> {
  let samples = 0;
  let runs = 0;
  const clock = passingClock();
  const intake = createGloveIntake({
    clock,
    newRun: () => String(++runs),
    rowOf: () => undefined,
    admit: async () => true,
    seen() {},
    present() {},
    give(block: SampleBlock) {
      samples += block.count;
    },
    show() {},
    changed() {},
  });
  await play(intake, clock);
  if (samples < 0.9 * gloves * seconds * rateHz) throw new Error(`only ${samples} samples came out`);
  return samples;
}
