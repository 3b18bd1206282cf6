import type { Metric, MetricKey } from '../../../../contract/progress.ts';

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
