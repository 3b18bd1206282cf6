import { parameters } from './parameters.ts';
import { absolute, at, concatenated } from './signal.ts';
import { percentile } from './statistics.ts';

/** A piece of a run in which something moves once: samples `from` up to, not including, `to`. */
export interface Movement {
  readonly run: number;
  readonly from: number;
  readonly to: number;
  /** 1 along the velocity's sign, −1 against it. */
  readonly direction: 1 | -1;
}

export interface Movements {
  readonly movements: readonly Movement[];
  /** Cut off by an end of a run, too short or too long to be one. */
  readonly rejected: number;
}

/**
 * Finds the movements in runs of a velocity. One that has a sign goes in both directions, and turning round ends a
 * movement; a speed has only one. What stays below `purpose` is a sensor's noise or a hand's, and not even rejected.
 */
export function findMovements(
  velocities: readonly Float64Array[],
  directions: readonly (1 | -1)[],
  purpose: Purpose,
): Movements {
  const { peakShare } = parameters.movement;
  const usual = percentile(absolute(concatenated(velocities)), 95);
  const threshold = Math.max(peakShare * usual, purpose.peak);
  const found = velocities.flatMap((velocity, run) =>
    directions.flatMap((direction) =>
      piecesAbove(threshold, velocity, direction)
        .map((piece) => ({ run, direction, ...trimmed(piece, velocity, direction) }))
        .filter(({ from, to }) => distance(velocity.subarray(from, to)) >= purpose.distance),
    ),
  );
  const movements = found
    .filter(({ run, from, to }) => isWhole(from, to, velocities[run]?.length ?? 0))
    .sort((a, b) => a.run - b.run || a.from - b.from);
  return { movements, rejected: found.length - movements.length };
}

/** Least peak per second, and least distance, of what is done on purpose. */
export interface Purpose {
  readonly peak: number;
  readonly distance: number;
}

interface Piece {
  from: number;
  to: number;
  peak: number;
}

const samples = (milliseconds: number): number => (milliseconds * parameters.rateHz) / 1000;

function isWhole(from: number, to: number, length: number): boolean {
  const { shortestMs, longestMs } = parameters.movement;
  return from > 0 && to < length && to - from >= samples(shortestMs) && to - from <= samples(longestMs);
}

/** Onset and offset by the peak of the whole, after pieces were put together. */
function trimmed(piece: Piece, velocity: Float64Array, direction: 1 | -1): { from: number; to: number } {
  const edge = parameters.movement.edgeShare * piece.peak;
  let { from, to } = piece;
  while (from < to && direction * at(velocity, from) <= edge) from++;
  while (to > from && direction * at(velocity, to - 1) <= edge) to--;
  return { from, to };
}

const distance = (velocity: Float64Array): number =>
  Math.abs(velocity.reduce((sum, value) => sum + value, 0)) / parameters.rateHz;

/** In one pass, however long a movement lasts: no piece is looked at beyond the end of the one before it. */
function piecesAbove(threshold: number, velocity: Float64Array, direction: 1 | -1): Piece[] {
  const { edgeShare } = parameters.movement;
  const speed = (i: number): number => direction * at(velocity, i);
  const pieces: Piece[] = [];
  let i = 0;
  while (i < velocity.length) {
    if (speed(i) < threshold) {
      i++;
      continue;
    }
    const previous = pieces.at(-1);
    const floor = previous?.to ?? 0;
    const rise = i;
    let peak = 0;
    for (; i < velocity.length && speed(i) >= threshold; i++) peak = Math.max(peak, speed(i));
    const edge = edgeShare * peak;
    let from = rise;
    while (from > floor && speed(from - 1) > edge) from--;
    while (i < velocity.length && speed(i) > edge && speed(i) < threshold) i++;
    const piece = { from, to: i, peak };
    if (previous !== undefined && isBridged(previous, piece, speed)) {
      previous.to = piece.to;
      previous.peak = Math.max(previous.peak, peak);
    } else {
      pieces.push(piece);
    }
  }
  return pieces;
}

/** Two pieces with hardly a pause between them are one movement, unless it went the other way meanwhile. */
function isBridged(before: Piece, after: Piece, speed: (i: number) => number): boolean {
  const { bridgedMs, edgeShare } = parameters.movement;
  if (after.from - before.to >= samples(bridgedMs)) return false;
  const edge = edgeShare * Math.max(before.peak, after.peak);
  for (let i = before.to; i < after.from; i++) if (speed(i) < -edge) return false;
  return true;
}

/** A movement's own samples of a signal, counted positive in its direction. */
export function cutOut(signal: Float64Array, { from, to, direction }: Movement): Float64Array {
  return direction === 1 ? signal.subarray(from, to) : signal.slice(from, to).map((value) => -value);
}
