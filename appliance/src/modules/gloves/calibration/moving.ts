import type { Columns } from './signals.ts';

/** What one channel did while the hand opened and closed. */
export interface Movement {
  readonly least: number;
  readonly most: number;
  /** Without its tremor. */
  readonly slow: number;
  /** On which side of its range it was last; null until it moved. */
  readonly side: 'least' | 'most' | null;
  /** How many times it crossed from one side to the other. */
  readonly crossings: number;
}
export type Movements = Readonly<Record<string, Movement>>;

/** A finger whose readings span less of the full scale was not moved: the rest is noise and a slack strap. */
const leastShare = 0.15;
/** Sides are this share of the range at each end; what lies between belongs to the side that it came from. */
const sideShare = 0.3;
/** Time constant that lets a hand through and stops a tremor: of 1 Hz four fifths are left, of 6 Hz a fifth. */
const slowUs = 120_000;

export const rangeOf = ({ least, most }: Movement): number => most - least;
export const isWide = (range: number, fullScale: number): boolean =>
  Math.abs(range) >= leastShare * fullScale;
export const hasMoved = (movement: Movement | undefined, fullScale: number): boolean =>
  movement !== undefined && isWide(rangeOf(movement), fullScale);

function followed(before: Movement | undefined, reading: number, dtUs: number, fullScale: number): Movement {
  if (before === undefined) return { least: reading, most: reading, slow: reading, side: null, crossings: 0 };
  const least = Math.min(before.least, reading);
  const most = Math.max(before.most, reading);
  const slow = before.slow + (reading - before.slow) * (dtUs / (slowUs + dtUs));
  const movement = { ...before, least, most, slow };
  if (!hasMoved(movement, fullScale)) return movement;
  const at = (slow - least) / (most - least);
  const side = at <= sideShare ? 'least' : at >= 1 - sideShare ? 'most' : before.side;
  const crossed = before.side !== null && side !== before.side;
  return { ...movement, side, crossings: before.crossings + (crossed ? 1 : 0) };
}

/** The movements of these channels after more readings. */
export const follow = (
  movements: Movements,
  columns: Columns,
  dtUs: number,
  fullScales: Readonly<Record<string, number>>,
): Movements =>
  Object.fromEntries(
    Object.entries(fullScales).flatMap(([name, fullScale]) => {
      let movement = movements[name];
      for (const reading of columns[name] ?? []) movement = followed(movement, reading, dtUs, fullScale);
      return movement === undefined ? [] : [[name, movement]];
    }),
  );

/**
 * How many times the hand opened and closed: as often as the middle one of the fingers that moved. The first way
 * there is not seen, because the range is learnt on it.
 */
export function cyclesOf(movements: Movements): number {
  const crossings = Object.values(movements)
    .filter(({ side }) => side !== null)
    .map((movement) => movement.crossings)
    .toSorted((a, b) => a - b);
  const middle = crossings[(crossings.length - 1) >> 1];
  return middle === undefined ? 0 : (middle + 1) / 2;
}
