import { absent, type Finding, found, share } from './finding.ts';
import { parameters } from './parameters.ts';
import { median } from './statistics.ts';
import { hasDominantFrequency, isQuiet, type Sway, swayIn } from './steadiness.ts';
import type { GyroSignals, Usable } from './usable-signals.ts';

const { windowSeconds, hopSeconds, padTo, least, enough } = parameters.steadiness;

/**
 * How much the hand sways while it is held still. Voluntary movement alone brings 0.2 rad/s into the band, so only
 * windows without it count, and a game without enough of them has no steadiness.
 */
export function steadinessMetrics(
  gyro: Usable<GyroSignals>,
): Record<'steadiness' | 'steadiness_frequency', Finding> {
  if ('reason' in gyro) return { steadiness: absent(gyro.reason), steadiness_frequency: absent(gyro.reason) };
  const { front } = gyro.signals;
  const quiet = front.slowestHz < parameters.slowestHz.steadiness ? [] : quietWindows(gyro.signals);
  if (quiet.length < least) {
    const none = absent(
      front.slowestHz < parameters.slowestHz.steadiness ? 'rate_too_low' : 'too_little_stillness',
    );
    return { steadiness: none, steadiness_frequency: none };
  }
  const presence = 1 - front.missing;
  const peaks = quiet.filter(hasDominantFrequency).flatMap(({ peakHz }) => peakHz ?? []);
  return {
    steadiness: found(median(quiet.map(({ bandRms }) => bandRms)), share(quiet.length, enough) * presence),
    steadiness_frequency:
      peaks.length < least
        ? absent('no_dominant_frequency')
        : found(median(peaks), share(peaks.length, enough) * (peaks.length / quiet.length) * presence),
  };
}

/** Not filtered: the low-pass that smoothness wants would take a part of the band away. */
function quietWindows({ unfiltered }: GyroSignals): Sway[] {
  const length = windowSeconds * parameters.rateHz;
  const hop = hopSeconds * parameters.rateHz;
  const quiet: Sway[] = [];
  for (const axes of unfiltered) {
    for (let from = 0; from + length <= axes[0].length; from += hop) {
      const sway = swayIn(
        axes.map((axis) => axis.subarray(from, from + length)),
        parameters.rateHz,
        padTo,
      );
      if (isQuiet(sway)) quiet.push(sway);
    }
  }
  return quiet;
}
