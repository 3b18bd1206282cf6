import { type Finger, fingers } from '../../../../contract/glove-frame.ts';
import type { Reason } from './finding.ts';
import { brought, type FrontEnd, hasChannel } from './front-end.ts';
import { type Biquad, butterworth, zeroPhase } from './low-pass.ts';
import { parameters } from './parameters.ts';
import type { Recording } from './recording.ts';
import { derivative, meanSignal, norms } from './signal.ts';

/** Signals that are whole enough to be measured, or why there are none. */
export type Usable<Signals> = { readonly signals: Signals } | { readonly reason: Reason };

const rate = parameters.rateHz;
const filters = {
  curl: butterworth(parameters.cutoffHz.curl, rate),
  gyro: butterworth(parameters.cutoffHz.gyro, rate),
  acceleration: butterworth(parameters.cutoffHz.acceleration, rate),
};

/** One curl over time: of a finger, or the mean of several. */
export interface CurlSignals {
  readonly startsUs: readonly number[];
  /** Brought to the common rate, not filtered: what is counted by share of time needs no filter. */
  readonly unfiltered: readonly Float64Array[];
  readonly filtered: readonly Float64Array[];
  /** Of the filtered curl, per second; closing is positive. */
  readonly velocity: readonly Float64Array[];
  readonly front: FrontEnd;
}

export function fingerSignals(recording: Recording, finger: Finger): Usable<CurlSignals> {
  return curlSignals(recording, [finger]);
}

/** The mean of those fingers that are whole enough. */
export function handSignals(
  recording: Recording,
  ofFingers: Readonly<Record<Finger, Usable<CurlSignals>>>,
): Usable<CurlSignals> {
  const whole = fingers.filter((finger) => 'signals' in ofFingers[finger]);
  if (whole.length > 0) return curlSignals(recording, whole);
  const reasons = fingers.flatMap((finger) => {
    const usable = ofFingers[finger];
    return 'reason' in usable ? [usable.reason] : [];
  });
  return { reason: reasons.find((reason) => reason !== 'no_curl') ?? 'no_curl' };
}

function curlSignals(recording: Recording, names: readonly Finger[]): Usable<CurlSignals> {
  if (!names.every((name) => hasChannel(recording, name))) return { reason: 'no_curl' };
  const front = brought(recording, names);
  const reason = whyUnusable(front);
  if (reason !== undefined) return { reason: recording.why === 'uncalibrated' ? 'uncalibrated' : reason };
  const unfiltered = front.runs.map(({ signals }) => meanSignal(signals));
  const filtered = unfiltered.map((signal) => zeroPhase(signal, filters.curl));
  return {
    signals: {
      startsUs: front.runs.map(({ startUs }) => startUs),
      unfiltered,
      filtered,
      velocity: filtered.map((signal) => derivative(signal, rate)),
      front,
    },
  };
}

type Axes = readonly [Float64Array, Float64Array, Float64Array];

export interface GyroSignals {
  readonly startsUs: readonly number[];
  readonly unfiltered: readonly Axes[];
  readonly speed: readonly Float64Array[];
  readonly front: FrontEnd;
}

const gyroscope = ['gx', 'gy', 'gz'];

export function gyroSignals(recording: Recording): Usable<GyroSignals> {
  if (!gyroscope.every((name) => hasChannel(recording, name))) return { reason: 'no_gyroscope' };
  const front = brought(recording, gyroscope);
  const reason = whyUnusable(front) ?? whyDead(front, 0);
  if (reason !== undefined) return { reason };
  const unfiltered = front.runs.map(({ signals }) => axesFrom(signals, 0));
  return {
    signals: {
      startsUs: front.runs.map(({ startUs }) => startUs),
      unfiltered,
      speed: unfiltered.map((axes) => norms(axes.map((axis) => zeroPhase(axis, filters.gyro)))),
      front,
    },
  };
}

/** Turning and acceleration on one time base, filtered. */
export interface InertialSignals {
  readonly gravityIncluded: boolean;
  readonly rotation: readonly Axes[];
  readonly acceleration: readonly Axes[];
  readonly speed: readonly Float64Array[];
  readonly front: FrontEnd;
}

/** Without gravity where the glove takes it away itself. */
export function inertialSignals(recording: Recording): Usable<InertialSignals> {
  if (!gyroscope.every((name) => hasChannel(recording, name))) return { reason: 'no_gyroscope' };
  const source = [
    ['lx', 'ly', 'lz'],
    ['ax', 'ay', 'az'],
  ].find((axes) => axes.every((name) => hasChannel(recording, name)));
  if (source === undefined) return { reason: 'no_acceleration' };
  const front = brought(recording, [...gyroscope, ...source]);
  const reason = whyUnusable(front) ?? whyDead(front, 0) ?? whyDead(front, 3);
  if (reason !== undefined) return { reason };
  const rotation = front.runs.map(({ signals }) => filtered(axesFrom(signals, 0), filters.gyro));
  return {
    signals: {
      gravityIncluded: source[0] === 'ax',
      rotation,
      acceleration: front.runs.map(({ signals }) => filtered(axesFrom(signals, 3), filters.acceleration)),
      speed: rotation.map(norms),
      front,
    },
  };
}

function whyUnusable({ seconds, missing, slowestHz }: FrontEnd): Reason | undefined {
  if (seconds > parameters.longestSeconds) return 'too_long';
  if (slowestHz < parameters.slowestHz.any) return 'rate_too_low';
  if (missing > parameters.mostMissing) return 'too_much_missing';
  return seconds < parameters.shortestSeconds ? 'too_short' : undefined;
}

/** A sensor that is connected is never perfectly still on all of its axes. */
function whyDead({ runs }: FrontEnd, firstAxis: number): Reason | undefined {
  const isStill = runs.every(({ signals }) =>
    axesFrom(signals, firstAxis).every((axis) => axis.every((value) => value === axis[0])),
  );
  return isStill ? 'no_signal' : undefined;
}

const none = new Float64Array(0);

function axesFrom(signals: readonly Float64Array[], first: number): Axes {
  return [signals[first] ?? none, signals[first + 1] ?? none, signals[first + 2] ?? none];
}

const filtered = ([x, y, z]: Axes, filter: Biquad): Axes => [
  zeroPhase(x, filter),
  zeroPhase(y, filter),
  zeroPhase(z, filter),
];
