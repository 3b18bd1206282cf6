import { Registry } from 'prom-client';
import { fingers, knownLayout } from '../../contract/glove-frame.ts';
import type { AnalysisOrder, Spans } from '../../src/modules/progress/analysis-task.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createAssembler } from '../../src/platform/streams/assembler.ts';
import { openStreamWriter } from '../../src/platform/streams/stream-writer.ts';
import { createWorkerPool } from '../../src/platform/workers/worker-pool.ts';
import { defineWorkerTask } from '../../src/platform/workers/worker-task.ts';
import { createPerformance } from '../../src/testing/simulated-glove/hand.ts';
import type { Phase } from '../../src/testing/simulated-glove/performance-plan.ts';
import type { MeasuredAnalysis } from './analysis/measured-worker.ts';
import { channels, dtUs, rateHz, recordedHand, threeMinutes } from './hands.ts';

const analyse = defineWorkerTask<AnalysisOrder, MeasuredAnalysis>({
  name: 'bench.analyse',
  module: new URL('./analysis/measured-worker.ts', import.meta.url),
  timeoutMs: 60_000,
});

/** Three minutes: about 150 repetitions, cues, and time to hold still. */
const longGame: readonly Phase[] = [
  { do: 'rest', seconds: 1 },
  { do: 'reps', count: 130 },
  { do: 'hold_steady', seconds: 12 },
  { do: 'cues', count: 8 },
  { do: 'rest', seconds: 1 },
];
const warmUps = 10;
const seed = 7;
const beganUs = Date.UTC(2026, 5, 1, 18) * 1_000;

export interface AnalysisRuns {
  /** The first that a thread ever does, and when it has done ten. */
  readonly cold: readonly MeasuredAnalysis[];
  readonly warm: readonly MeasuredAnalysis[];
}

/** CPU of a thread for a three-minute game of one glove, read from `streams.db`. */
export async function measureAnalysis(directory: string, rounds: number): Promise<AnalysisRuns> {
  const order = storedGame(directory);
  const cold: MeasuredAnalysis[] = [];
  const warm: MeasuredAnalysis[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const pool = createWorkerPool({
      ...{ clock: systemClock, metrics: new Registry(), threads: 1, queue: 16, memory: 1_024 },
      onFailure(error) {
        throw error;
      },
    });
    cold.push(await pool.run(analyse, order));
    for (let again = 0; again < warmUps; again += 1) await pool.run(analyse, order);
    warm.push(await pool.run(analyse, order));
    await pool.stop();
  }
  return { cold, warm };
}

/** Stores a game of three minutes; answers how it is to be analysed. */
export function storedGame(directory: string): AnalysisOrder {
  const { values, lo, hi } = recordedHand(seed, threeMinutes, longGame);
  const layout = knownLayout(channels, false);
  if (layout === undefined) throw new Error(`no layout has ${channels} channels`);
  const streamId = 'a game of three minutes';
  const piece = {
    ...{ streamId, run: 'one', seq: 0, t0Us: beganUs, dtUs, count: threeMinutes * rateHz },
    ...{ channels: layout.channels, holes: [], values },
  };
  const writer = openStreamWriter(directory, 0);
  const assembler = createAssembler();
  writer.put([...assembler.add(piece), ...assembler.end()], 0);
  writer.close();
  const physical = (reading: number, channel: number) => reading * (layout.channels[channel]?.scale ?? 1);
  const spans: Spans = Object.fromEntries(
    fingers.map((finger, channel) => [
      finger,
      { lo: physical(lo[channel] ?? 0, channel), hi: physical(hi[channel] ?? 1, channel) },
    ]),
  );
  return {
    dataDirectory: directory,
    sessions: [{ streamId, spans, hand: 'right', gloveClass: 'frame/15', comparable: true, why: null }],
    cues: createPerformance({ seed, phases: longGame }).truth.reactions.map(({ cueUs }) => beganUs + cueUs),
  };
}
