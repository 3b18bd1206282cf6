import { absent, type Finding, found, type Reason, share } from './finding.ts';
import type { FrontEnd } from './front-end.ts';
import { parameters } from './parameters.ts';
import { reactionIn } from './reactions.ts';
import { absolute } from './signal.ts';
import { percentile } from './statistics.ts';
import type { CurlSignals, GyroSignals, Usable } from './usable-signals.ts';

const { least, enough } = parameters.reaction;

/**
 * Median and interquartile range of the times from a cue to the hand's setting out: by its curl where there is one,
 * by its turning otherwise. Cues are epoch µs of the moment at which they could be seen.
 */
export function reactionMetrics(
  cues: readonly number[],
  hand: Usable<CurlSignals>,
  gyro: Usable<GyroSignals>,
): Record<'reaction_time' | 'reaction_spread', Finding> {
  const moments = cues.filter(Number.isFinite).toSorted((a, b) => a - b);
  if (moments.length === 0) return neither('no_cues');
  const speed = speedOf(hand, gyro);
  if ('reason' in speed) return neither(speed.reason);
  const { front } = speed.signals;
  if (front.slowestHz < parameters.slowestHz.reaction) return neither('rate_too_low');
  const reactions = moments.map((cue, i) => reactionTo(cue, moments[i + 1], speed.signals));
  const times = reactions.filter((reaction) => typeof reaction === 'number');
  if (times.length < least) return neither('too_few_reactions');
  const quality = share(times.length, enough) * (times.length / moments.length) * (1 - front.missing);
  return {
    reaction_time: found(percentile(times, 50), quality),
    reaction_spread: found(percentile(times, 75) - percentile(times, 25), quality),
  };
}

interface Speed {
  readonly startsUs: readonly number[];
  readonly runs: readonly Float64Array[];
  readonly leastPeak: number;
  readonly front: FrontEnd;
}

function speedOf(hand: Usable<CurlSignals>, gyro: Usable<GyroSignals>): Usable<Speed> {
  const { purpose } = parameters.movement;
  if ('signals' in hand) {
    const { startsUs, velocity, front } = hand.signals;
    return { signals: { startsUs, front, runs: velocity.map(absolute), leastPeak: purpose.curl.peak } };
  }
  if ('signals' in gyro) {
    const { startsUs, speed, front } = gyro.signals;
    return { signals: { startsUs, front, runs: speed, leastPeak: purpose.gyro.peak } };
  }
  return hand;
}

function reactionTo(cue: number, next: number | undefined, { startsUs, runs, leastPeak }: Speed) {
  const run = startsUs.findLastIndex((startUs) => startUs <= cue);
  const start = startsUs[run];
  const speed = runs[run];
  if (start === undefined || speed === undefined) return 'unseen';
  const sample = (moment: number) => ((moment - start) / 1e6) * parameters.rateHz;
  const nextSample = next === undefined ? Number.POSITIVE_INFINITY : sample(next);
  return reactionIn(speed, sample(cue), nextSample, leastPeak);
}

function neither(reason: Reason): Record<'reaction_time' | 'reaction_spread', Finding> {
  return { reaction_time: absent(reason), reaction_spread: absent(reason) };
}
