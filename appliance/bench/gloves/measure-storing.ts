import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { knownLayout } from '../../contract/glove-frame.ts';
import type { SampleBlock } from '../../src/modules/gloves/index.ts';
import { channels, dtUs, rateHz, sampleOf } from './hands.ts';
import { openSink, type SinkKind } from './ingest/sinks.ts';
import { samplesPerFrame } from './load/frames.ts';

/**
 * CPU µs for each sample, from the block that the intake hands on until all are on disk; all threads together, less what
 * it takes to make the blocks.
 */
export type StoringRun = Readonly<Record<Exclude<SinkKind, 'nothing'>, number>>;

const warmUpSeconds = 12;
const seconds = 60;

/** The same blocks into each store as gloves would send them in a minute, without the way there. */
export async function measureStoring(directory: string, gloves: number): Promise<StoringRun> {
  const of = (kind: SinkKind) => ofSink(kind, join(directory, kind), gloves);
  const nothing = await of('nothing');
  return { rows: (await of('rows')) - nothing, chunks: (await of('chunks')) - nothing };
}

async function ofSink(kind: SinkKind, directory: string, gloves: number): Promise<number> {
  mkdirSync(directory, { recursive: true });
  const sink = openSink(kind, directory, gloves);
  const layout = knownLayout(channels, false);
  if (layout === undefined) throw new Error(`no layout has ${channels} channels`);
  const begunUs = Date.now() * 1_000;

  /** What comes in a second from all of them. */
  async function play(second: number): Promise<void> {
    for (let from = second * rateHz; from < (second + 1) * rateHz; from += samplesPerFrame) {
      for (let glove = 0; glove < gloves; glove += 1) sink.take(blockOf(glove, from));
    }
    await sink.secondIsOver();
  }
  const blockOf = (glove: number, seq: number): SampleBlock => {
    const { values, at } = sampleOf(glove, seq);
    return {
      ...{ glove: `glove-${glove}`, run: `run of glove ${glove}`, seq, lost: 0 },
      ...{ t0Us: begunUs + seq * dtUs, dtUs, count: samplesPerFrame, layout },
      values: values.subarray(at, at + samplesPerFrame * channels),
      ...{ calibrated: false, deviceAuto: false },
    };
  };

  for (let second = 0; second < warmUpSeconds; second += 1) await play(second);
  const before = process.cpuUsage();
  for (let second = warmUpSeconds; second < warmUpSeconds + seconds; second += 1) await play(second);
  await sink.flush();
  const { user, system } = process.cpuUsage(before);
  await sink.close();
  return (user + system) / (gloves * seconds * rateHz);
}
