/**
 * How large a change between somebody's first five games and their last three must be before it is more than chance.
 *
 * The noise of one game is taken from the differences between games that follow one another: a level that moves slowly,
 * or once, is hardly in them. The largest difference is left out, because it may be the step that is looked for, and
 * what that takes away on average is given back. Until there are `ownFrom` games the published figure is the least that is
 * believed; from then on the games speak for themselves, and Student's t (in place of 1.96) pays for how few they are.
 *
 * docs/decisions/0020 has what else was tried, with figures.
 */
export function detectableChange(values: readonly number[], floor: NoiseFloor): number {
  const quantile = values.length < ownFrom ? normal : studentsT(values.length - 2);
  return quantile * Math.SQRT2 * believedNoise(values, floor);
}

/** The least noise of one game that is believed: of anybody, and of somebody whose own games show less. */
export interface NoiseFloor {
  readonly published: number;
  /** Counts that are equal by chance, and the step of a measurement, are no proof of perfect steadiness. */
  readonly ever: number;
}

export const believedNoise = (values: readonly number[], { published, ever }: NoiseFloor): number =>
  Math.max(noiseOf(values), values.length < ownFrom ? published : ever);

/** From so many games on their own spread counts, and no published one. */
const ownFrom = 8;
const normal = 1.96;

/** Standard deviation of one value around a level that moves at most once; 0 of fewer than three values. */
export function noiseOf(values: readonly number[]): number {
  const squares = values
    .slice(1)
    .map((value, index) => (value - (values[index] ?? value)) ** 2)
    .sort((a, b) => a - b);
  const kept = squares.slice(0, -1);
  if (kept.length === 0) return 0;
  const mean = kept.reduce((sum, square) => sum + square, 0) / kept.length;
  return Math.sqrt((mean * withoutLargest(squares.length)) / 2);
}

/**
 * What the mean of `count` squared normal deviates is to their mean without the largest. The largest is expected at
 * ∫(1 − P(χ²₁ < u)^count) du.
 */
function withoutLargest(count: number): number {
  const known = corrections.get(count);
  if (known !== undefined) return known;
  const step = 0.01;
  let largest = 0;
  for (let u = step / 2; u < 40; u += step) largest += (1 - errorFunction(Math.sqrt(u / 2)) ** count) * step;
  const correction = (count - 1) / (count - largest);
  corrections.set(count, correction);
  return correction;
}
const corrections = new Map<number, number>();

/** Abramowitz and Stegun 7.1.26: to 1.5e-7, for x ≥ 0. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return 1 - series * Math.exp(-x * x);
}

/** 97.5th percentile of Student's t: Cornish and Fisher's expansion around the normal one; to 0.1 % from six degrees on. */
export function studentsT(degrees: number): number {
  const z = 1.959964;
  const v = degrees;
  return (
    z +
    (z ** 3 + z) / (4 * v) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3)
  );
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
