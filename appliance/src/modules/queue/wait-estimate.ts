import type { WaitEstimate } from '../../../contract/attractions.ts';

/** What is known of a lane's pace, in milliseconds. */
export interface Pace {
  /** A fast turn, from the guest's arrival at the station to the result: eight of ten are longer. */
  fastMs: number;
  /** A slow turn: eight of ten are shorter. */
  slowMs: number;
  basis: 'measured' | 'assumed';
}

/** Fewer turns than this say nothing. */
const enoughTurns = 5;
/** A guest would rather be surprised early than late. */
const pessimism = 1.1;
const shortestWaitSeconds = 60;

/**
 * Pace from the last turns (milliseconds each), or from `assumedMs` until enough have been played.
 */
export function paceOf(turns: readonly number[], assumedMs: number): Pace {
  if (turns.length < enoughTurns)
    return { fastMs: assumedMs * 0.7, slowMs: assumedMs * 1.3, basis: 'assumed' };
  const sorted = turns.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? assumedMs;
  return { fastMs: at(0.2), slowMs: at(0.8), basis: 'measured' };
}

export interface Lane {
  /** Stations that are in service and whose device is there. */
  stations: number;
  /** Guests who are called, confirmed or playing: they come before everybody who waits. */
  before: number;
  pace: Pace;
  /** Nobody is called before this long from now. */
  delayMs: number;
}

/**
 * The wait of the guest at `position` (1 is called next). So many turns have to end first that a station is free;
 * with k stations they end k at a time. The lower end takes the turns that are being played as good as over and those
 * that follow as fast; the upper end takes every one as slow and as only begun. In simulation the range holds the
 * true wait of at least eight guests in ten, whatever the shape of the turns.
 */
export function estimateWait(position: number, lane: Lane): WaitEstimate {
  const { stations, before, pace, delayMs } = lane;
  if (stations === 0) return { low_seconds: null, high_seconds: null, basis: 'no_station' };
  const turnsToEnd = Math.max(0, before + position - stations);
  const lowMs = Math.max(0, Math.floor((turnsToEnd - 1) / stations)) * pace.fastMs + delayMs;
  const highMs = Math.ceil(turnsToEnd / stations) * pace.slowMs * pessimism + delayMs;
  return {
    low_seconds: Math.floor(lowMs / 1000),
    high_seconds: Math.max(shortestWaitSeconds, Math.ceil(highMs / 1000)),
    basis: pace.basis,
  };
}
