import { createChance } from './chance.ts';
import { type Ability, usualAbility } from './performance-plan.ts';

/** Where a player is heading, game by game. */
export type Course = 'improves' | 'stays' | 'declines';

export interface PlayerOptions {
  readonly seed: number;
  readonly course: Course;
  /** Relative change of the level from one game to the next, of a player who does not stay. */
  readonly perGame?: number;
  readonly ability?: Ability;
}

export interface SimulatedPlayer {
  /** How well the hand does in the player's game number `game`, from 0. The same number is the same game. */
  game(game: number): { readonly seed: number; readonly ability: Ability };
}

/**
 * Smallest real differences between two measurements of the same hand, relative (Kanzler et al. 2020, J NeuroEng Rehabil s12984-020-00748-5,
 * table 3; Elble et al., PMC6174406, for shaking): what a measurement differs by when nothing has changed, in 95 of 100 cases at most.
 */
const smallestRealDifference = {
  range: 0.15,
  cadence: 0.15,
  subMovements: 0.3,
  irregularity: 0.3,
  shakeRms: 0.66,
  reactionMs: 0.2,
} as const;

/** 1.96 · √2 · standard error of measurement is the smallest real difference. */
const standardError = (difference: number): number => difference / (1.96 * Math.SQRT2);

/** A player who comes again and again: better, worse or the same, and never twice quite alike. */
export function createPlayer({
  seed,
  course,
  perGame = 0.06,
  ability = usualAbility,
}: PlayerOptions): SimulatedPlayer {
  const step = course === 'stays' ? 0 : course === 'improves' ? perGame : -perGame;
  return {
    game(game) {
      const chance = createChance(seed * 7919 + game);
      const level = (1 + step) ** game;
      const varied = (value: number, difference: number) =>
        value * Math.exp(standardError(difference) * chance.gaussian());
      const { range, cadence, subMovements, irregularity, shakeRms, reactionMs } = smallestRealDifference;
      return {
        seed: seed * 7919 + game,
        ability: {
          ...ability,
          range: clamp(varied(ability.range * level, range), 0.62, 0.95),
          cadence: clamp(varied(ability.cadence * level, cadence), 20, 110),
          subMovements: Math.max(1, varied(ability.subMovements / level, subMovements)),
          irregularity: clamp(varied(ability.irregularity / level, irregularity), 0, 0.25),
          shakeRms: varied(ability.shakeRms / level, shakeRms),
          reactionMs: clamp(varied(ability.reactionMs / level, reactionMs), 180, 900),
        },
      };
    },
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
