import { parameters } from './parameters.ts';
import { at } from './signal.ts';
import { mean, standardDeviation } from './statistics.ts';

/** What came of one cue: milliseconds until the hand moved, or why that says nothing. */
export type Reaction = number | 'anticipation' | 'lapse' | 'unseen';

const { reaction, rateHz } = parameters;
const samples = (milliseconds: number): number => (milliseconds * rateHz) / 1000;

/**
 * When the hand set out after a cue, in one run of its speed: the first sample above 5 % of the movement's peak and
 * above what the hand did before the cue, sustained. `cueSample` counts from the run's start and may lie between
 * samples; `nextCueSample` ends the search. `leastPeak` is the speed below which nothing moves on purpose.
 */
export function reactionIn(
  speed: Float64Array,
  cueSample: number,
  nextCueSample: number,
  leastPeak: number,
): Reaction {
  const first = Math.ceil(cueSample);
  const lastOnset = Math.floor(Math.min(cueSample + samples(reaction.lapseMs), nextCueSample));
  const baseline = speed.subarray(Math.max(0, first - samples(reaction.baselineMs)), Math.max(0, first));
  const isSeen =
    first >= 0 && baseline.length >= samples(reaction.baselineMs) / 2 && lastOnset < speed.length;
  if (!isSeen) return 'unseen';
  const peakUntil = Math.min(lastOnset + samples(reaction.peakWithinMs), Math.ceil(nextCueSample));
  let peak = 0;
  for (const value of speed.subarray(first, peakUntil)) peak = Math.max(peak, value);
  if (peak < leastPeak) return 'lapse';
  const rest = mean(baseline) + reaction.deviations * standardDeviation(baseline);
  const threshold = Math.max(reaction.edgeShare * peak, rest);
  const onset = firstSustained(speed, threshold, first, lastOnset);
  if (onset === undefined) return 'lapse';
  const milliseconds = ((onset - cueSample) * 1000) / rateHz;
  if (milliseconds < reaction.anticipationMs) return 'anticipation';
  return milliseconds > reaction.lapseMs ? 'lapse' : milliseconds;
}

function firstSustained(
  speed: Float64Array,
  threshold: number,
  first: number,
  last: number,
): number | undefined {
  let since: number | undefined;
  for (let i = first; i < speed.length; i++) {
    if (at(speed, i) <= threshold) {
      if (i > last) return undefined;
      since = undefined;
      continue;
    }
    since ??= i;
    if (since > last) return undefined;
    if (i - since + 1 >= samples(reaction.sustainedMs)) return since;
  }
  return undefined;
}
