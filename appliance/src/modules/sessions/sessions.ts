import type { NotComparable, SessionKept } from '../../../contract/sessions.ts';
import type { SessionRow } from './sessions-tables.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long a session stays as it was measured, once there is a result of it: long enough to look into a complaint. */
export const rawAfterProcessingMs = 72 * hourMs;
/** And at most, if the result comes late. */
export const rawAtMostMs = 7 * dayMs;
export const thinnedMs = 30 * dayMs;
export const summaryMs = 90 * dayMs;
/** Beyond it the oldest sessions with a result are thinned before their time. */
export const mostBytes = 40e9;
/** Samples without a row: a recording is on disk before the row that names it. */
export const orphansKeptMs = hourMs;

/** So long a worker that is away may come back with what it did not say; then it is a gap. */
export const lateMs = 10_000;

/** What should be left of a session at `now`. Nothing is taken from one without a result. */
export function keptAt(
  { kept, ended_at, processed_at }: Pick<SessionRow, 'kept' | 'ended_at' | 'processed_at'>,
  now: number,
): SessionKept {
  if (kept === 'none' || ended_at === null || processed_at === null) return kept;
  if (now >= ended_at + summaryMs) return 'none';
  if (kept === 'summary' || now >= ended_at + thinnedMs) return 'summary';
  const rawUntil = Math.min(
    processed_at + rawAfterProcessingMs,
    Math.max(ended_at + rawAtMostMs, processed_at),
  );
  return kept === 'thinned' || now >= rawUntil ? 'thinned' : 'raw';
}

export interface Judged {
  /** The glove rescales itself. */
  readonly deviceAuto: boolean;
  /** Some of it was calibrated by the glove; some of it was not. */
  readonly deviceCalibrated: boolean;
  readonly uncalibrated: boolean;
  /** Of the calibration it was recorded with; null without one. */
  readonly drifted: boolean | null;
}

/** Some of its curls are calibrated by the glove and some are not: together they say nothing. */
export const isMixed = ({ device_calibrated, why_not }: Pick<SessionRow, 'device_calibrated' | 'why_not'>) =>
  device_calibrated === 1 && why_not === 'uncalibrated';

/** Why the curls of a session cannot be held against those of another; null when they can. */
export function whyNot({
  deviceAuto,
  deviceCalibrated,
  uncalibrated,
  drifted,
}: Judged): NotComparable | null {
  if (deviceAuto) return 'device_auto';
  if (deviceCalibrated) return uncalibrated ? 'uncalibrated' : null;
  if (drifted === null) return 'uncalibrated';
  return drifted ? 'drifted' : null;
}
