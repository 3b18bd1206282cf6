import { parameters } from './parameters.ts';
import { at } from './signal.ts';
import { powers } from './spectrum.ts';

/**
 * Spectral arc length of the speed of one movement: closer to 0 is smoother. Invariant to the movement's amplitude,
 * and nearly to its duration. NaN of no movement.
 *
 * Balasubramanian, Melendez-Calderon, Roby-Brami, Burdet: J NeuroEng Rehabil 2015;12:112.
 */
export function spectralArcLength(speed: Float64Array, rateHz: number): number {
  const { padLevel, cutoffHz, threshold } = parameters.sparc;
  if (speed.length < 2) return Number.NaN;
  const size = 2 ** (Math.ceil(Math.log2(speed.length)) + padLevel);
  const power = powers(speed, size);
  const strongest = power.reduce((most, value) => Math.max(most, value), 0);
  if (!(strongest > 0)) return Number.NaN;
  const atLeast = threshold ** 2 * strongest;
  const last = Math.min(Math.floor((cutoffHz * size) / rateHz), power.length - 1);
  let from = 0;
  while (from < last && at(power, from) < atLeast) from++;
  let to = last;
  while (to > from && at(power, to) < atLeast) to--;
  if (to === from) return Number.NaN;
  const step = 1 / (to - from);
  let length = 0;
  let previous = Math.sqrt(at(power, from) / strongest);
  for (let k = from + 1; k <= to; k++) {
    const magnitude = Math.sqrt(at(power, k) / strongest);
    length += Math.sqrt(step * step + (magnitude - previous) ** 2);
    previous = magnitude;
  }
  return -length;
}

/**
 * Log dimensionless jerk of the speed of one movement (LDLJ-V): higher is smoother. −∞ … ; NaN of no movement.
 * Depends on the sampling of short movements, so speeds of one rate are compared.
 */
export function jerkOfSpeed(speed: Float64Array, rateHz: number): number {
  const duration = speed.length / rateHz;
  let peak = 0;
  for (const value of speed) peak = Math.max(peak, Math.abs(value));
  let squares = 0;
  for (let i = 2; i < speed.length; i++)
    squares += ((at(speed, i) - 2 * at(speed, i - 1) + at(speed, i - 2)) * rateHz * rateHz) ** 2;
  return finite(-Math.log(((duration ** 3 / peak ** 2) * squares) / rateHz));
}

/** Log dimensionless jerk of a gravity-free acceleration, a signal per axis (LDLJ-A). */
export function jerkOfAcceleration(axes: readonly Float64Array[], rateHz: number): number {
  const count = axes[0]?.length ?? 0;
  const middles = axes.map((axis) => axis.reduce((sum, value) => sum + value, 0) / count);
  let peak = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    let distance = 0;
    let jerk = 0;
    axes.forEach((axis, which) => {
      distance += (at(axis, i) - at(middles, which)) ** 2;
      if (i > 0) jerk += ((at(axis, i) - at(axis, i - 1)) * rateHz) ** 2;
    });
    peak = Math.max(peak, distance);
    squares += jerk;
  }
  return finite(-Math.log((count / rateHz / peak) * (squares / rateHz)));
}

/**
 * The same of what an accelerometer and a gyroscope on one body measure, gravity included (m/s², rad/s; x, y, z). The
 * gyroscope says how much of the change is gravity turning. NaN where the acceleration is, on average, not above
 * gravity. Not the same number as of a gravity-free acceleration: mean square instead of peak.
 *
 * Melendez-Calderon, Shirota, Balasubramanian: Front Bioeng Biotechnol 2021;8:558771.
 */
export function jerkOfInertialUnit(
  acceleration: readonly [Float64Array, Float64Array, Float64Array],
  rotation: readonly [Float64Array, Float64Array, Float64Array],
  rateHz: number,
): number {
  const [ax, ay, az] = acceleration;
  const [wx, wy, wz] = rotation;
  const count = ax.length;
  let squares = 0;
  let jerks = 0;
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [at(ax, i), at(ay, i), at(az, i)];
    squares += x * x + y * y + z * z;
    if (i === 0) continue;
    const [u, v, w] = [at(wx, i), at(wy, i), at(wz, i)];
    const jerkX = (x - at(ax, i - 1)) * rateHz - (y * w - z * v);
    const jerkY = (y - at(ay, i - 1)) * rateHz - (z * u - x * w);
    const jerkZ = (z - at(az, i - 1)) * rateHz - (x * v - y * u);
    jerks += jerkX * jerkX + jerkY * jerkY + jerkZ * jerkZ;
  }
  const amplitude = squares / count - parameters.gravity ** 2;
  return finite(-Math.log(count / rateHz) + Math.log(amplitude) - Math.log(jerks / rateHz));
}

/** A movement without jerk, or without amplitude, has no smoothness that could be compared. */
const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);
