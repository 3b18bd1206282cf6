import { seededRandom } from '../seeded-random.ts';

/** Chance that is the same in every run with the same seed. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  happens(probability: number): boolean;
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** Normally distributed, mean 0, standard deviation 1. */
  gaussian(): number;
  /** A source of its own: what one part draws does not depend on how often another does. */
  fork(): Chance;
}

export function createChance(seed: number): Chance {
  const next = seededRandom(seed);
  let spare: number | null = null;
  return {
    next,
    happens: (probability) => probability > 0 && next() < probability,
    between: (low, high) => low + next() * (high - low),
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    gaussian() {
      if (spare !== null) {
        const kept = spare;
        spare = null;
        return kept;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      const angle = 2 * Math.PI * next();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    fork: () => createChance(Math.floor(next() * 2 ** 32)),
  };
}
