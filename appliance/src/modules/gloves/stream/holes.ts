/** Samples from `from` up to, not including, `to` have not come. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

/**
 * More than a connection of a glove ever made, and as many as a worker leaves that has half of the frames and is away for a
 * minute and a half; what is forgotten stays lost.
 */
const mostHoles = 1_024;

export interface Filling {
  /** The parts of what came that were missing, in order. */
  readonly found: readonly Hole[];
  readonly left: readonly Hole[];
}

/** What of `[from, to)` was missing. `holes` are in order and do not touch. */
export function fill(holes: readonly Hole[], from: number, to: number): Filling {
  const found: Hole[] = [];
  const left: Hole[] = [];
  for (const hole of holes) {
    const begin = Math.max(hole.from, from);
    const end = Math.min(hole.to, to);
    if (begin >= end) {
      left.push(hole);
      continue;
    }
    found.push({ from: begin, to: end });
    if (hole.from < begin) left.push({ from: hole.from, to: begin });
    if (end < hole.to) left.push({ from: end, to: hole.to });
  }
  return { found, left: left.slice(-mostHoles) };
}

export const withHole = (holes: readonly Hole[], hole: Hole): readonly Hole[] =>
  [...holes, hole].slice(-mostHoles);

/** How many samples are missing right before `seq`. */
export function missingBefore(holes: readonly Hole[], seq: number): number {
  const hole = holes.find(({ to }) => to === seq);
  return hole === undefined ? 0 : hole.to - hole.from;
}
