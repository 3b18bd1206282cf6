import { at } from './signal.ts';

/** Percentile with linear interpolation between neighbours, by value; NaN of none. The input is left as it is. */
export function percentile(values: ArrayLike<number>, percent: number): number {
  if (values.length === 0) return Number.NaN;
  const reordered = Float64Array.from(values);
  const position = ((reordered.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const low = selected(reordered, below);
  if (position === below) return low;
  let next = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < reordered.length; i++) next = Math.min(next, at(reordered, i));
  return low + (position - below) * (next - low);
}

/**
 * The value at a rank, counted from 0. Reorders: what stands before it is not greater, what stands behind it not less.
 * A game needs two dozen percentiles of some ten thousand values each, and sorting them is half of its analysis. A
 * partition halves, by and large, what is left; past `mostPartitions` somebody has chosen the values to prevent that,
 * and the rest is sorted.
 */
export function selected(values: Float64Array, rank: number, mostPartitions = 64): number {
  let low = 0;
  let high = values.length - 1;
  for (let partitions = 0; low < high; partitions++) {
    if (partitions === mostPartitions) {
      values.subarray(low, high + 1).sort();
      break;
    }
    const pivot = medianOfThree(at(values, low), at(values, (low + high) >> 1), at(values, high));
    let i = low;
    let j = high;
    while (i <= j) {
      while (at(values, i) < pivot) i++;
      while (at(values, j) > pivot) j--;
      if (i > j) break;
      const swapped = at(values, i);
      values[i] = at(values, j);
      values[j] = swapped;
      i++;
      j--;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return at(values, rank);
}

export const medianOfThree = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

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
