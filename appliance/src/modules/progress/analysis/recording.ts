import type { MetricKey } from '../../../../contract/metrics.ts';
import type { Metric } from '../../../../contract/progress.ts';

/**
 * A piece of a recording with one rate. All channels are equally long; a sample that is missing is NaN, or infinite,
 * or simply not there because the next stretch begins later.
 */
export interface Stretch {
  /** Epoch µs of the first sample. */
  readonly t0Us: number;
  readonly rateHz: number;
  /** By name: curl 0..1 (`thumb` … `pinky`), rad/s (`gx` …), m/s² (`ax` … with gravity, `lx` … without). */
  readonly channels: Readonly<Record<string, Float64Array>>;
}

/** How many samples there are, of whichever channel has most; none when nobody can say when they were taken. */
export function samplesIn({ t0Us, rateHz, channels }: Stretch): number {
  if (!Number.isFinite(t0Us) || !(rateHz > 0) || !Number.isFinite(1e6 / rateHz)) return 0;
  return Object.values(channels).reduce((most, { length }) => Math.max(most, length), 0);
}

/** What one glove recorded of one game. Stretches may come in any order. */
export interface Recording {
  readonly hand: 'left' | 'right' | null;
  readonly gloveClass: string;
  readonly comparable: boolean;
  readonly why: null | 'device_auto' | 'drifted' | 'uncalibrated';
  readonly stretches: readonly Stretch[];
}

export interface Analysis {
  readonly metrics: Readonly<Record<MetricKey, Metric>>;
}
