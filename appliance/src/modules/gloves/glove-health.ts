import type { GloveCondition, GloveHealth } from '../../../contract/gloves.ts';
import { toMomentOrNull } from '../../platform/clock.ts';
import { judged, type Tally } from './glove-counts.ts';
import type { SampleBlock } from './stream/sample-block.ts';

/** Rates are told over this many seconds. */
const span = 5;
/** A glove that waits a second for each answer, and then goes on, says fewer. */
const fewestLinesPerSecond = 5;
const secondsToJudge = 3;

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
    busySeconds: () => seconds.filter((count) => count > 0).length,
    restart(): void {
      seconds.fill(0);
      now = 0;
      full = 0;
    },
  };
}

/** What others know of a glove at this moment. */
export interface GloveMoment {
  /** It has said that it is there, and not that it is gone. */
  readonly isThere: boolean;
  readonly line: GloveHealth['line'];
  readonly tally: Tally;
  readonly driftPpm: number | null;
}

/** How one glove does. What it costs a block is a few additions. */
export function createGloveHealth() {
  const samplesRate = createRate();
  const framesRate = createRate();
  let gaps = 0;
  let isSettled = true;
  let lastSampleAt: number | null = null;
  let newest = { run: '', seq: -1 };

  function condition({ isThere, line }: Pick<GloveMoment, 'isThere' | 'line'>): GloveCondition {
    const frames = framesRate.perSecond();
    if (frames === 0) return isThere || line !== null ? 'asleep' : 'away';
    const canTell = line !== null && framesRate.seconds() >= secondsToJudge;
    if (canTell && frames < fewestLinesPerSecond) return 'waiting_for_host';
    if (!isSettled) return 'settling';
    // Lines are kept for a moment before they are handed on.
    const isJudged = line === null || framesRate.busySeconds() >= secondsToJudge;
    return isJudged && samplesRate.perSecond() === 0 ? 'refused' : 'streaming';
  }

  return {
    /** Lines or frames that came, whether they were samples or not. */
    frames: (count: number) => framesRate.add(count),
    accepted({ run, seq, lost, count }: SampleBlock, atMs: number): void {
      samplesRate.add(count);
      lastSampleAt = atMs;
      isSettled = true;
      const isLate = run === newest.run && seq < newest.seq;
      if (lost > 0 && !isLate) gaps += 1;
      if (!isLate) newest = { run, seq };
    },
    /** It says something, and a finger of it has not moved yet. */
    unsettled(): void {
      isSettled = false;
    },
    /** A new connection: how fast it is shall not be mixed with the one before. */
    restart(): void {
      samplesRate.restart();
      framesRate.restart();
    },
    /** A second is over. */
    turn(): void {
      samplesRate.turn();
      framesRate.turn();
    },
    condition,
    lastSampleAt: () => lastSampleAt,
    view: (moment: GloveMoment): GloveHealth => {
      const { samples, lost, repeated, runs, codes } = moment.tally;
      return {
        condition: condition(moment),
        line: moment.line,
        samples_per_second: samplesRate.perSecond(),
        frames_per_second: framesRate.perSecond(),
        samples,
        lost,
        loss: samples + lost === 0 ? 0 : Math.max(lost, 0) / (samples + lost),
        gaps,
        duplicates: repeated,
        ...judged(codes),
        runs,
        clock_drift_ppm: moment.driftPpm,
        settled: isSettled,
        last_sample_at: toMomentOrNull(lastSampleAt),
      };
    },
  };
}
export type HealthOfGlove = ReturnType<typeof createGloveHealth>;
