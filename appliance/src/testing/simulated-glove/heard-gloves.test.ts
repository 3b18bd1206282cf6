import { expect, test } from 'vitest';
import { decodeFrame } from '../../../contract/glove-frame.ts';
import { createFrameStream } from '../../modules/gloves/stream/frame-stream.ts';
import type { SampleBlock } from '../../modules/gloves/stream/sample-block.ts';
import { createByteStream, type StreamEvent } from '../../modules/gloves/wire/byte-stream.ts';
import type { FaultRates } from './fault-rates.ts';
import type { GloveFormat } from './formats.ts';
import { arrivingSamples, createGlove, type GloveOptions } from './glove.ts';

const begin = 1_800_000_000_000_000;

/** A glove's life, each packet given to `hear` when it arrives; what that answers, the glove hears. */
function live(
  options: Partial<GloveOptions>,
  seconds: number,
  hear: (bytes: Uint8Array, atMs: number) => number,
) {
  const glove = createGlove({ name: 'glove-1', seed: 12, ...options });
  const give = (departures: ReturnType<typeof glove.step>, us: number) => {
    for (const one of departures) {
      if (one.what !== 'packet') continue;
      const answers = hear(one.packet.bytes, one.packet.atUs / 1000);
      if (answers > 0) glove.hear(Buffer.from('\n'.repeat(answers)), us);
    }
  };
  for (let us = begin; us <= begin + seconds * 1e6; us += 2_000) give(glove.step(us), us);
  give(glove.finish(begin + seconds * 1e6), begin + seconds * 1e6);
  return glove;
}

/** Heard on a line. */
function overALine(format: GloveFormat, faults: Partial<FaultRates> = {}, seconds = 20) {
  const stream = createByteStream();
  const events: StreamEvent[] = [];
  const glove = live({ format, rateHz: 70, faults }, seconds, (bytes, atMs) => {
    const { events: more, lines } = stream.read(bytes, atMs);
    events.push(...more);
    return lines;
  });
  const of = (kind: StreamEvent['kind']) => events.filter((event) => event.kind === kind).length;
  return { glove, stream, samples: of('sample'), missed: of('missed'), frames: of('frame') };
}

test.each(['csv5', 'csv9', 'csv15', 'csv30'] as const)('every line of %s is understood', (format) => {
  const { glove, stream, samples, missed } = overALine(format);
  expect({ wire: stream.wire(), missed }).toEqual({ wire: format, missed: 0 });
  // The first one after an opening may be the end of another: it is thrown away.
  expect(samples).toBe(glove.counts.samples - 1);
});

test.each(['alpha', 'legacy'] as const)(
  'every line of %s is understood once the fingers have moved',
  (format) => {
    const { glove, stream, samples, missed } = overALine(format);
    expect({ wire: stream.wire(), missed }).toEqual({ wire: format, missed: 0 });
    expect(samples + (stream.counts().get('finger_unmoved') ?? 0)).toBe(glove.counts.samples - 1);
    expect(samples).toBeGreaterThan(0.8 * glove.counts.samples);
  },
);

test('frames on a serial line are all there, or have a checksum that is wrong', () => {
  const clean = overALine('cobs');
  expect(clean.frames).toBe(clean.glove.counts.packets);
  const { glove, stream, frames } = overALine('cobs', { deletedRate: 0.05, flippedRate: 0.05 });
  const { deleted, flipped } = glove.counts.faults;
  const damaged = deleted.packets + flipped.packets;
  expect(damaged).toBeGreaterThan(10);
  expect(frames).toBeGreaterThanOrEqual(glove.counts.packets - 2 * damaged);
  expect(frames).toBeLessThanOrEqual(glove.counts.packets - damaged + stuffingZeros(stream));
});

/** A byte that was gone or changed between two packets does no harm: each has a zero on both sides. */
const stuffingZeros = (stream: ReturnType<typeof createByteStream>): number =>
  [...stream.counts()].reduce((sum, [, count]) => sum + count, 0);

test('a damaged line is refused, and at most the next one with it; a boot log and the wrong speed are no samples', () => {
  const faults = { tornRate: 0.02, deletedRate: 0.02, bootLogLines: 6, wrongBaudPackets: 4 };
  const { glove, samples } = overALine('csv15', faults, 40);
  const { torn, deleted, garbled } = glove.counts.faults;
  const damaged = torn.packets + deleted.packets + garbled.packets;
  expect(damaged).toBeGreaterThan(40);
  expect(samples).toBeGreaterThanOrEqual(arrivingSamples(glove.counts) - damaged - 1);
  // A digit that is gone leaves a number.
  expect(samples).toBeLessThanOrEqual(glove.counts.samples - torn.packets / 2);
});

function overFrames(options: Partial<GloveOptions>, seconds = 60) {
  let run = 0;
  const stream = createFrameStream({ glove: 'glove-1', newRun: () => `run-${++run}` });
  const blocks: SampleBlock[] = [];
  const glove = live(options, seconds, (bytes, atMs) => {
    const decoded = decodeFrame(bytes);
    if (decoded.ok)
      blocks.push(...stream.take(decoded.frame, { monotonicUs: atMs * 1000, epochUs: atMs * 1000 }));
    return 0;
  });
  return { glove, stream, blocks };
}

test('frames: every sample that arrives is taken once, every other one is known to be lost', () => {
  const { glove, stream } = overFrames({
    faults: {
      lostRate: 0.03,
      duplicatedRate: 0.05,
      replayedRate: 0.01,
      reorderedRate: 0.03,
      jitterMs: 40,
      clockPpm: 80,
    },
  });
  const { samples, lost } = stream.counts();
  expect(samples).toBe(arrivingSamples(glove.counts));
  expect(glove.counts.samples - samples - lost).toBeLessThanOrEqual(10);
  expect(lost).toBeLessThanOrEqual(glove.counts.faults.lost.samples);
});

test('frames: a glove that loses its power begins a run, and its samples are counted on', () => {
  const { glove, stream } = overFrames({ faults: { powerLossesPerMinute: 10, powerLossSeconds: 2 } });
  expect(stream.counts()).toMatchObject({
    samples: glove.counts.samples,
    restarts: glove.counts.faults.powerLosses,
    lost: 0,
  });
});
