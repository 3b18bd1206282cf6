import { at } from './signal.ts';

/** y[i] = b0·x[i] + b1·x[i−1] + b2·x[i−2] − a1·y[i−1] − a2·y[i−2] */
export interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [1, number, number];
}

/** Second-order Butterworth low-pass by the bilinear transform, corrected for its warping. */
export function butterworth(cutoffHz: number, rateHz: number): Biquad {
  const k = Math.tan((Math.PI * cutoffHz) / rateHz);
  const d = 1 + Math.SQRT2 * k + k * k;
  const gain = (k * k) / d;
  return { b: [gain, 2 * gain, gain], a: [1, (2 * (k * k - 1)) / d, (1 - Math.SQRT2 * k + k * k) / d] };
}

const longestPadding = 9;

/**
 * The signal filtered forward and backward, so that nothing is moved in time. Both ends are continued by their point
 * reflection, and each pass begins as if its first value had lasted for ever: a constant stays what it is.
 */
export function zeroPhase(signal: Float64Array, filter: Biquad): Float64Array {
  const { length } = signal;
  if (length < 2) return signal.slice();
  const padding = Math.min(longestPadding, length - 1);
  const padded = new Float64Array(length + 2 * padding);
  const first = at(signal, 0);
  const last = at(signal, length - 1);
  for (let i = 1; i <= padding; i++) {
    padded[padding - i] = 2 * first - at(signal, i);
    padded[padding + length - 1 + i] = 2 * last - at(signal, length - 1 - i);
  }
  padded.set(signal, padding);
  pass(padded, filter);
  padded.reverse();
  pass(padded, filter);
  padded.reverse();
  return padded.slice(padding, padding + length);
}

/** Filters in place (transposed direct form II). */
function pass(signal: Float64Array, { b: [b0, b1, b2], a: [, a1, a2] }: Biquad): void {
  const first = at(signal, 0);
  let state2 = (b2 - a2) * first;
  let state1 = (b1 - a1) * first + state2;
  for (let i = 0; i < signal.length; i++) {
    const input = at(signal, i);
    const output = b0 * input + state1;
    state1 = b1 * input - a1 * output + state2;
    state2 = b2 * input - a2 * output;
    signal[i] = output;
  }
}
