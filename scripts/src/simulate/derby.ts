import type { CompleteInput } from '../../../appliance/contract/games.ts';
import type { Randomness } from './randomness.ts';

const swings = 10;
const fenceMetres = 100;

const toTenths = (metres: number): number => Math.round(metres * 10) / 10;

/** How a guest hits: the better they are, the further and the more often over the fence. */
function swingDistances(skill: number, random: Randomness): number[] {
  return Array.from({ length: swings }, () =>
    random.chance(0.2) ? 0 : toTenths(35 + 95 * skill * random.between(0.5, 1.1)),
  );
}

/** Ten swings: the longest hit, how many went over the fence, and points for both. */
export function derbyResult(skill: number, random: Randomness): CompleteInput {
  const hits = swingDistances(skill, random);
  const homeruns = hits.filter((metres) => metres > fenceMetres).length;
  const score = hits.reduce(
    (sum, metres) => sum + Math.round(metres * 2) + (metres > fenceMetres ? 250 : 0),
    0,
  );
  return { score, distance: Math.max(...hits), homeruns };
}

/** A result of any attraction: the derby has three figures, the others points alone. */
export const resultOf = (attraction: string, skill: number, random: Randomness): CompleteInput =>
  attraction === 'derby'
    ? derbyResult(skill, random)
    : { score: Math.round(1_000 * skill * random.between(0.4, 1.1)) };
