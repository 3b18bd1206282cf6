import { absent, type Finding, found, share } from './finding.ts';
import { cutOut, findMovements, type Movement, type Movements } from './movements.ts';
import { parameters } from './parameters.ts';
import { jerkOfAcceleration, jerkOfInertialUnit, jerkOfSpeed, spectralArcLength } from './smoothness.ts';
import { median } from './statistics.ts';
import type { CurlSignals, GyroSignals, InertialSignals, Usable } from './usable-signals.ts';

const rate = parameters.rateHz;
const { purpose, least, enough } = parameters.movement;

export interface Smoothness {
  readonly arcLength: Finding;
  readonly jerk: Finding;
}

/** Of a finger: each closing and each opening is a movement. */
export function fingerSmoothness(finger: Usable<CurlSignals>): Smoothness {
  if ('reason' in finger) return { arcLength: absent(finger.reason), jerk: absent(finger.reason) };
  const { velocity, front } = finger.signals;
  const movements = findMovements(velocity, [1, -1], purpose.curl);
  const over = (measure: Measure) =>
    overMovements(movements, front, (movement) => measure(pieceOf(velocity, movement), rate));
  return { arcLength: over(spectralArcLength), jerk: over(jerkOfSpeed) };
}

/** Of the hand's turning, whatever the axis. */
export function wristSmoothness(gyro: Usable<GyroSignals>): Finding {
  if ('reason' in gyro) return absent(gyro.reason);
  const { speed, front } = gyro.signals;
  const movements = findMovements(speed, [1], purpose.gyro);
  return overMovements(movements, front, (movement) => spectralArcLength(pieceOf(speed, movement), rate));
}

/** Of the hand's acceleration, in the movements that the gyroscope shows. */
export function handJerk(inertial: Usable<InertialSignals>): Finding {
  if ('reason' in inertial) return absent(inertial.reason);
  const { speed, front, rotation, acceleration, gravityIncluded } = inertial.signals;
  const movements = findMovements(speed, [1], purpose.gyro);
  return overMovements(movements, front, ({ run, from, to }) => {
    const accelerations = acceleration[run];
    const rotations = rotation[run];
    if (accelerations === undefined || rotations === undefined) return Number.NaN;
    const [ax, ay, az] = accelerations;
    const [gx, gy, gz] = rotations;
    const piece = [ax.subarray(from, to), ay.subarray(from, to), az.subarray(from, to)] as const;
    if (!gravityIncluded) return jerkOfAcceleration(piece, rate);
    const turning = [gx.subarray(from, to), gy.subarray(from, to), gz.subarray(from, to)] as const;
    return jerkOfInertialUnit(piece, turning, rate);
  });
}

type Measure = (speed: Float64Array, rateHz: number) => number;

const pieceOf = (signals: readonly Float64Array[], movement: Movement): Float64Array =>
  cutOut(signals[movement.run] ?? new Float64Array(0), movement);

/** The median over movements; those that the measure cannot say anything of count as rejected. */
function overMovements(
  { movements, rejected }: Movements,
  { slowestHz, missing }: { readonly slowestHz: number; readonly missing: number },
  measure: (movement: Movement) => number,
): Finding {
  if (slowestHz < parameters.slowestHz.smoothness) return absent('rate_too_low');
  const values = movements.map(measure).filter(Number.isFinite);
  if (values.length < least) return absent('too_few_movements');
  const kept = values.length / (movements.length + rejected);
  return found(median(values), share(values.length, enough) * kept * (1 - missing));
}
