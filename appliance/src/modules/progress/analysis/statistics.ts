import { at } from './signal.ts';

/** In ascending order; the input is left as it is. */
export const sorted = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort();

/** Percentile of ascending values with linear interpolation between neighbours; NaN of none. */
export function percentileOf(ascending: Float64Array, percent: number): number {
  if (ascending.length === 0) return Number.NaN;
  const position = ((ascending.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const above = Math.min(below + 1, ascending.length - 1);
  const low = at(ascending, below);
  return low + (position - below) * (at(ascending, above) - low);
}

export const percentile = (values: ArrayLike<number>, percent: number): number =>
  percentileOf(sorted(values), percent);

export const median = (values: ArrayLike<number>): number => percentile(values, 50);

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += at(values, i);
  return sum / values.length;
}

/** Of a sample (n − 1); 0 of a single value. */
export function standardDeviation(values: ArrayLike<number>): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (at(values, i) - middle) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Slope of the least-squares line through the values over their index. */
export function slopeOverIndex(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const average = mean(values);
  let product = 0;
  let squares = 0;
  values.forEach((value, i) => {
    product += (i - middle) * (value - average);
    squares += (i - middle) ** 2;
  });
  return product / squares;
}
