/** The value at an index that the caller knows to be inside. */
export const at = (values: ArrayLike<number>, index: number): number => values[index] as number;

/** The length of a vector, sample by sample. All axes are equally long. */
export function norms(axes: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(axes[0]?.length ?? 0);
  for (const axis of axes)
    for (let i = 0; i < result.length; i++) result[i] = at(result, i) + at(axis, i) ** 2;
  return result.map(Math.sqrt);
}

/** The mean of several signals, sample by sample. */
export function meanSignal(signals: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(signals[0]?.length ?? 0);
  for (const signal of signals)
    for (let i = 0; i < result.length; i++) result[i] = at(result, i) + at(signal, i);
  return result.map((sum) => sum / signals.length);
}

/** Change per second by central differences; one-sided at the ends, 0 of a single sample. */
export function derivative(signal: Float64Array, rateHz: number): Float64Array {
  const last = signal.length - 1;
  const result = new Float64Array(signal.length);
  for (let i = 0; i <= last && last > 0; i++) {
    const before = Math.max(i - 1, 0);
    const after = Math.min(i + 1, last);
    result[i] = ((at(signal, after) - at(signal, before)) * rateHz) / (after - before);
  }
  return result;
}

export function concatenated(signals: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(signals.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const signal of signals) {
    result.set(signal, offset);
    offset += signal.length;
  }
  return result;
}

export const absolute = (signal: Float64Array): Float64Array => signal.map(Math.abs);
