import { type Finger, fingers } from '../../../../contract/glove-frame.ts';
import type { MetricKey } from '../../../../contract/metrics.ts';
import type { Finding } from './finding.ts';
import { coverage, rangeOfMotion } from './range-metrics.ts';
import { reactionMetrics } from './reaction-metrics.ts';
import type { Recording } from './recording.ts';
import { repetitionMetrics } from './repetition-metrics.ts';
import { fingerSmoothness, handJerk, wristSmoothness } from './smoothness-metrics.ts';
import { steadinessMetrics } from './steadiness-metrics.ts';
import { fingerSignals, gyroSignals, handSignals, inertialSignals } from './usable-signals.ts';

/** What one glove can say alone. */
export type OneHandMetric = Exclude<MetricKey, 'symmetry'>;

export function recordingMetrics(
  recording: Recording,
  cues: readonly number[],
): Record<OneHandMetric, Finding> {
  const ofFingers = byFinger((finger) => fingerSignals(recording, finger));
  const hand = handSignals(recording, ofFingers);
  const gyro = gyroSignals(recording);
  const smooth = byFinger((finger) => fingerSmoothness(ofFingers[finger]));
  return {
    ...keyed('rom', (finger) => rangeOfMotion(recording, ofFingers[finger])),
    ...keyed('sparc', (finger) => smooth[finger].arcLength),
    ...keyed('ldlj', (finger) => smooth[finger].jerk),
    coverage: coverage(recording, Object.values(ofFingers)),
    ...repetitionMetrics(recording, hand),
    sparc_wrist: wristSmoothness(gyro),
    ldlj: handJerk(inertialSignals(recording)),
    ...steadinessMetrics(gyro),
    ...reactionMetrics(cues, hand, gyro),
  };
}

function byFinger<Value>(of: (finger: Finger) => Value): Record<Finger, Value> {
  return {
    thumb: of('thumb'),
    index: of('index'),
    middle: of('middle'),
    ring: of('ring'),
    pinky: of('pinky'),
  };
}

function keyed<Name extends 'rom' | 'sparc' | 'ldlj'>(
  name: Name,
  of: (finger: Finger) => Finding,
): Record<`${Name}_${Finger}`, Finding> {
  return Object.fromEntries(fingers.map((finger) => [`${name}_${finger}`, of(finger)])) as Record<
    `${Name}_${Finger}`,
    Finding
  >;
}
