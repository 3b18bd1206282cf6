/** Chance that is the same in every run with the same seed. */
export interface Randomness {
  /** In [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** Time to the next of events that come independently, `mean` apart on average. */
  exponential(mean: number): number;
  /** A source of its own, so that what one actor draws does not depend on how fast the others are. */
  fork(): Randomness;
}

export function createRandomness(seed: number): Randomness {
  const next = mulberry32(seed);
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    chance: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    whole,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    exponential: (mean) => -mean * Math.log(1 - next()),
    fork: () => createRandomness(Math.floor(next() * 2 ** 32)),
  };
}

/** Tommy Ettinger's generator: 32 bits of state, and all the quality that a crowd needs. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
