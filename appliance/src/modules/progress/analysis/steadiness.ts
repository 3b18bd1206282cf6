import { parameters } from './parameters.ts';
import { at } from './signal.ts';
import { powers } from './spectrum.ts';

/** What one window of turning holds, over all axes together: it does not matter how the glove is worn. */
export interface Sway {
  /** rad/s rms in the band of involuntary sway, and in that of voluntary movement. */
  readonly bandRms: number;
  readonly voluntaryRms: number;
  /** Hz of the band's highest peak; null when it has none inside. */
  readonly peakHz: number | null;
  /** Share of the band's power that lies around the peak. */
  readonly peakShare: number;
  /** Share of the band in everything that a hand does. */
  readonly bandShare: number;
}

/**
 * The spectrum of one window: mean taken away per axis, periodic Hann, padded with zeros to `size`, one-sided power
 * summed over the axes.
 */
export function swayIn(axes: readonly Float64Array[], rateHz: number, size: number): Sway {
  const { bandHz, wideHz, voluntaryHz, peakHalfWidthHz } = parameters.steadiness;
  const density = powerDensity(axes, rateHz, size);
  const step = rateHz / size;
  const between = (low: number, high: number): number => {
    let sum = 0;
    for (let k = Math.ceil(low / step); k <= Math.min(Math.floor(high / step), density.length - 1); k++)
      sum += at(density, k) * step;
    return sum;
  };
  const band = between(...bandHz);
  const peakHz = highestPeak(density, step, bandHz);
  return {
    bandRms: Math.sqrt(band),
    voluntaryRms: Math.sqrt(between(...voluntaryHz)),
    peakHz,
    peakShare: peakHz === null ? 0 : between(peakHz - peakHalfWidthHz, peakHz + peakHalfWidthHz) / band,
    bandShare: band / between(...wideHz),
  };
}

/** One frequency stands out of the band, and the band out of the rest. */
export const hasDominantFrequency = ({ peakShare, bandShare }: Sway): boolean =>
  peakShare >= parameters.steadiness.peakShare && bandShare >= parameters.steadiness.bandShare;

export const isQuiet = ({ voluntaryRms }: Sway): boolean => voluntaryRms < parameters.steadiness.quietBelow;

function powerDensity(axes: readonly Float64Array[], rateHz: number, size: number): Float64Array {
  const length = axes[0]?.length ?? 0;
  const weights = hann(length);
  const norm = rateHz * weights.reduce((sum, weight) => sum + weight * weight, 0);
  const density = new Float64Array(size / 2 + 1);
  for (const axis of axes) {
    const middle = axis.reduce((sum, value) => sum + value, 0) / length;
    const power = powers(
      axis.map((value, i) => (value - middle) * at(weights, i)),
      size,
    );
    for (let k = 0; k < density.length; k++) density[k] = at(density, k) + (2 * at(power, k)) / norm;
  }
  return density;
}

const hann = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));

/** The frequency between bins, by a parabola through the logarithms of the highest bin and its neighbours. */
function highestPeak(
  density: Float64Array,
  step: number,
  [low, high]: readonly [number, number],
): number | null {
  let best = Math.ceil(low / step);
  const last = Math.min(Math.floor(high / step), density.length - 2);
  for (let k = best + 1; k <= last; k++) if (at(density, k) > at(density, best)) best = k;
  const [before, top, after] = [at(density, best - 1), at(density, best), at(density, best + 1)];
  if (!(top > before && top > after)) return null;
  const [a, b, c] = [Math.log(before), Math.log(top), Math.log(after)];
  const shift = (a - c) / (2 * (a - 2 * b + c));
  return (best + (Number.isFinite(shift) ? shift : 0)) * step;
}
