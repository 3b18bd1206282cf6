import type { GloveHealth, GloveWay } from '../../../contract/gloves.ts';
import { toMomentOrNull } from '../../platform/clock.ts';
import { addTo, asRecord, type ByCode, sumOf } from './glove-counts.ts';

/** Rates are told over this many seconds. */
const span = 5;
/** A glove that waits a second for each answer, and then goes on. */
const fewestLinesPerSecond = 5;

/** Counts how often something happened in each of the last seconds; `turn` ends one. */
function createRate() {
  const seconds = new Array<number>(span).fill(0);
  let at = 0;
  let now = 0;
  let full = 0;
  return {
    add(count: number): void {
      now += count;
    },
    turn(): void {
      seconds[at] = now;
      at = (at + 1) % span;
      now = 0;
      full = Math.min(full + 1, span);
    },
    perSecond: () => (full === 0 ? now : seconds.reduce((sum, count) => sum + count, 0) / full),
    seconds: () => full,
    reset(): void {
      seconds.fill(0);
      now = 0;
      full = 0;
    },
  };
}

/** How one glove does, since the appliance started. Counts in memory; what it costs a sample is a few additions. */
export function createGloveHealth() {
  const samplesRate = createRate();
  const framesRate = createRate();
  const rejected: ByCode = new Map();
  let samples = 0;
  let lost = 0;
  let gaps = 0;
  let duplicates = 0;
  let bootLines = 0;
  let runs = 0;
  let run = '';
  let lastSampleAt: number | null = null;
  let connectedOn: GloveWay | null = null;

  const condition = (isThere: boolean, isSettled: boolean): GloveHealth['condition'] => {
    const isConnected = connectedOn === null || connectedOn === 'mqtt' ? isThere : true;
    const frames = framesRate.perSecond();
    if (!isConnected && frames === 0) return 'away';
    if (frames === 0) return 'asleep';
    const answers = connectedOn === 'serial' || connectedOn === 'tcp';
    if (answers && framesRate.seconds() >= 3 && frames < fewestLinesPerSecond) return 'waiting_for_host';
    return isSettled ? 'streaming' : 'settling';
  };

  return {
    /** Lines or frames that came, whether they were samples or not. */
    frames: (count: number) => framesRate.add(count),
    accepted(count: number, atMs: number): void {
      samples += count;
      samplesRate.add(count);
      lastSampleAt = atMs;
    },
    inRun(id: string): void {
      if (id === run) return;
      run = id;
      runs += 1;
    },
    missed(count: number): void {
      lost += count;
      gaps += 1;
    },
    repeated(count: number): void {
      duplicates += count;
    },
    rejected: (code: string) => addTo(rejected, code),
    bootLine(): void {
      bootLines += 1;
    },
    /** It is there on this way from now on; null: its connection ended. */
    connected(way: GloveWay | null): void {
      connectedOn = way;
      samplesRate.reset();
      framesRate.reset();
    },
    /** A second is over. */
    turn(): void {
      samplesRate.turn();
      framesRate.turn();
    },
    condition,
    lastSampleAt: () => lastSampleAt,
    totals: () => ({ samples, lost, duplicates }),
    view: (now: { isThere: boolean; isSettled: boolean; driftPpm: number | null }): GloveHealth => ({
      condition: condition(now.isThere, now.isSettled),
      samples_per_second: samplesRate.perSecond(),
      frames_per_second: framesRate.perSecond(),
      samples,
      lost,
      loss: samples + lost === 0 ? 0 : lost / (samples + lost),
      gaps,
      duplicates,
      rejected: sumOf(rejected),
      rejected_by_code: asRecord(rejected),
      boot_lines: bootLines,
      runs,
      clock_drift_ppm: now.driftPpm,
      settled: now.isSettled,
      last_sample_at: toMomentOrNull(lastSampleAt),
    }),
  };
}
export type HealthOfGlove = ReturnType<typeof createGloveHealth>;
