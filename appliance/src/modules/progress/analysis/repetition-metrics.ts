import { absent, type Finding, found, isFromAMovingScale, type Reason, share } from './finding.ts';
import { parameters } from './parameters.ts';
import type { Recording } from './recording.ts';
import { type Repetition, repetitionsIn } from './repetitions.ts';
import { mean, median, slopeOverIndex, standardDeviation } from './statistics.ts';
import type { CurlSignals, Usable } from './usable-signals.ts';

const { repetition, range } = parameters;

const keys = [
  'reps',
  'cadence',
  'regularity',
  'hesitations',
  'halts',
  'decrement',
  'decrement_ratio',
  'speed_decrement',
] as const;
export type RepetitionMetric = (typeof keys)[number];

/** Everything that is counted in openings and closings of the hand. No interval is taken across a gap. */
export function repetitionMetrics(
  recording: Recording,
  hand: Usable<CurlSignals>,
): Record<RepetitionMetric, Finding> {
  if ('reason' in hand) return all(hand.reason);
  const { filtered, velocity, front } = hand.signals;
  const runs = filtered.map((curl, run) => repetitionsIn(curl, velocity[run] ?? new Float64Array(0)));
  const repetitions = runs.flat();
  const presence = 1 - front.missing;
  return {
    reps: found(repetitions.length, share(front.seconds, range.enoughSeconds) * presence),
    ...rhythm(runs.flatMap(intervals), presence),
    ...(isFromAMovingScale(recording) ? decrements('device_auto') : decrement(repetitions, presence)),
  };
}

const intervals = (repetitions: readonly Repetition[]): number[] =>
  repetitions.slice(1).map(({ atSeconds }, i) => atSeconds - (repetitions[i]?.atSeconds ?? 0));

type Rhythm = Pick<Record<RepetitionMetric, Finding>, 'cadence' | 'regularity' | 'hesitations' | 'halts'>;

function rhythm(seconds: readonly number[], presence: number): Rhythm {
  if (seconds.length < repetition.leastIntervals) {
    const none = absent('too_few_repetitions');
    return { cadence: none, regularity: none, hesitations: none, halts: none };
  }
  const usual = median(seconds);
  const quality = share(seconds.length, repetition.enough) * presence;
  const longerThan = (times: number) => seconds.filter((interval) => interval > times * usual).length;
  return {
    cadence: found(60 / usual, quality),
    regularity: found(standardDeviation(seconds) / mean(seconds), quality),
    hesitations: found(longerThan(repetition.hesitation), quality),
    halts: found(longerThan(repetition.halt), quality),
  };
}

type Decrement = Pick<Record<RepetitionMetric, Finding>, 'decrement' | 'decrement_ratio' | 'speed_decrement'>;

function decrement(repetitions: readonly Repetition[], presence: number): Decrement {
  const amplitudes = repetitions.flatMap(({ amplitude }) => amplitude ?? []);
  const speeds = repetitions.flatMap(({ peakSpeed }) => peakSpeed ?? []);
  if (amplitudes.length < repetition.leastForDecrement) return decrements('too_few_repetitions');
  const quality = share(amplitudes.length, repetition.enough) * presence;
  const { slope, ratio } = fatigue(amplitudes);
  return {
    decrement: found(slope, quality),
    decrement_ratio: found(ratio, quality),
    speed_decrement: found(fatigue(speeds).slope, quality),
  };
}

/**
 * How values fall from repetition to repetition: the slope over their number, per mean of the first five, and the mean
 * of the last five per mean of the first five.
 */
export function fatigue(values: readonly number[]): { slope: number; ratio: number } {
  const first = mean(values.slice(0, repetition.ends));
  return { slope: slopeOverIndex(values) / first, ratio: mean(values.slice(-repetition.ends)) / first };
}

function decrements(reason: Reason): Decrement {
  const none = absent(reason);
  return { decrement: none, decrement_ratio: none, speed_decrement: none };
}

function all(reason: Reason): Record<RepetitionMetric, Finding> {
  const none = absent(reason);
  return {
    reps: none,
    cadence: none,
    regularity: none,
    hesitations: none,
    halts: none,
    ...decrements(reason),
  };
}
