import { absent, type Finding, found, isFromAMovingScale, share } from './finding.ts';
import { parameters } from './parameters.ts';
import type { Recording } from './recording.ts';
import { concatenated } from './signal.ts';
import { percentile } from './statistics.ts';
import type { CurlSignals, Usable } from './usable-signals.ts';

const { low, high, open, closed, enoughSeconds } = parameters.range;

/**
 * How far a finger went: from the 5th to the 95th percentile of its curl, so that one stray sample says nothing. A
 * scale that the glove moves by itself would make it 1 whatever the finger does.
 */
export function rangeOfMotion(recording: Recording, finger: Usable<CurlSignals>): Finding {
  if ('reason' in finger) return absent(finger.reason);
  if (isFromAMovingScale(recording)) return absent('device_auto');
  const curls = concatenated(finger.signals.unfiltered);
  return found(percentile(curls, high) - percentile(curls, low), qualityOf(finger.signals));
}

/** The share of time that fingers spent nearly open or nearly closed, over all fingers. */
export function coverage(recording: Recording, ofFingers: readonly Usable<CurlSignals>[]): Finding {
  const whole = ofFingers.flatMap((finger) => ('signals' in finger ? [finger.signals] : []));
  const [first] = whole;
  if (first === undefined) return absent(reasonOf(ofFingers));
  if (isFromAMovingScale(recording)) return absent('device_auto');
  const shares = whole.map(({ unfiltered }) => atTheEnds(unfiltered));
  return found(shares.reduce((sum, value) => sum + value, 0) / shares.length, qualityOf(first));
}

function atTheEnds(curls: readonly Float64Array[]): number {
  let samples = 0;
  let ends = 0;
  for (const curl of curls) {
    samples += curl.length;
    for (const value of curl) if (value < open || value > closed) ends++;
  }
  return ends / samples;
}

const qualityOf = ({ front }: CurlSignals): number =>
  share(front.seconds, enoughSeconds) * (1 - front.missing);

const reasonOf = (ofFingers: readonly Usable<CurlSignals>[]) =>
  ofFingers
    .flatMap((finger) => ('reason' in finger ? [finger.reason] : []))
    .find((reason) => reason !== 'no_curl') ?? 'no_curl';
