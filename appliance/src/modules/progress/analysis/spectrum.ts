import FFT from 'fft.js';
import { at } from './signal.ts';

interface Plan {
  readonly transform: FFT;
  readonly padded: Float64Array;
  readonly spectrum: Float64Array;
}

/** A transform's tables are made once per size, not once per movement. */
const plans = new Map<number, Plan>();

function planFor(size: number): Plan {
  const known = plans.get(size);
  if (known !== undefined) return known;
  const plan = {
    transform: new FFT(size),
    padded: new Float64Array(size),
    spectrum: new Float64Array(2 * size),
  };
  plans.set(size, plan);
  return plan;
}

/**
 * |X_k|² for k = 0 … size/2 of a real signal, padded with zeros to `size`, a power of two not below its length.
 * The result may be kept.
 */
export function powers(signal: Float64Array, size: number): Float64Array {
  const { transform, padded, spectrum } = planFor(size);
  padded.fill(0, signal.length);
  padded.set(signal);
  transform.realTransform(spectrum, padded);
  const result = new Float64Array(size / 2 + 1);
  for (let k = 0; k < result.length; k++) result[k] = at(spectrum, 2 * k) ** 2 + at(spectrum, 2 * k + 1) ** 2;
  return result;
}
