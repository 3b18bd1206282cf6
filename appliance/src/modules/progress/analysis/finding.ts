import type { Recording } from './recording.ts';

/** Why a metric has no value. */
export type Reason =
  | 'no_recording'
  | 'no_curl'
  | 'no_gyroscope'
  | 'no_acceleration'
  | 'no_cues'
  | 'no_signal'
  | 'one_hand'
  | 'not_comparable'
  | 'device_auto'
  | 'uncalibrated'
  | 'too_short'
  | 'too_long'
  | 'too_much_missing'
  | 'rate_too_low'
  | 'too_few_movements'
  | 'too_few_repetitions'
  | 'too_few_reactions'
  | 'too_little_stillness'
  | 'no_dominant_frequency'
  | 'out_of_range';

/** What one recording says of one metric. Quality is how much of what it needs was there, 0..1. */
export interface Finding {
  readonly value: number | null;
  readonly quality: number;
  readonly reason: Reason | null;
}

/** A number that is none (nothing to divide by, no amplitude) is no value. */
export function found(value: number, quality: number): Finding {
  if (!Number.isFinite(value)) return absent('no_signal');
  return { value, quality: Math.min(1, Math.max(0, quality)), reason: null };
}

export const absent = (reason: Reason): Finding => ({ value: null, quality: 0, reason });

/** How much `count` is of what would be enough. */
export const share = (count: number, enough: number): number => Math.min(1, count / enough);

export const isFromAMovingScale = ({ why }: Recording): boolean => why === 'device_auto';
