import { at } from './signal.ts';
import { median, medianOfThree } from './statistics.ts';

/**
 * Values at even steps from the first time to the last, by straight lines between neighbours. Times ascend strictly
 * and are as many as the values; the step is in their unit.
 */
export function interpolated(times: Float64Array, values: Float64Array, step: number): Float64Array {
  if (times.length === 0) return new Float64Array(0);
  const start = at(times, 0);
  const span = at(times, times.length - 1) - start;
  const result = new Float64Array(Math.floor(span / step + 1e-9) + 1);
  const lastPair = times.length - 2;
  let left = 0;
  for (let i = 0; i < result.length; i++) {
    const time = start + i * step;
    while (left < lastPair && at(times, left + 1) <= time) left++;
    const from = at(values, left);
    if (lastPair < 0) {
      result[i] = from;
      continue;
    }
    const share = (time - at(times, left)) / (at(times, left + 1) - at(times, left));
    result[i] = from + Math.min(share, 1) * (at(values, left + 1) - from);
  }
  return result;
}

/**
 * Takes single spikes out: a value gives way to the median of itself and its neighbours where it sticks out of it by
 * more than `steps` typical steps of the signal. A median of three applied everywhere would cut the crests off a
 * 6 Hz sway, which is what steadiness measures.
 */
export function withoutSpikes(signal: Float64Array, steps: number): Float64Array {
  const limit = steps * typicalStep(signal);
  const result = signal.slice();
  for (let i = 1; i < signal.length - 1; i++) {
    const middle = medianOfThree(at(signal, i - 1), at(signal, i), at(signal, i + 1));
    if (Math.abs(at(signal, i) - middle) > limit) result[i] = middle;
  }
  return result;
}

function typicalStep(signal: Float64Array): number {
  if (signal.length < 2) return 0;
  const steps = new Float64Array(signal.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = Math.abs(at(signal, i + 1) - at(signal, i));
  return median(steps);
}
