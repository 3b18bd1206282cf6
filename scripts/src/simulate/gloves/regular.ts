import type { Worn } from './glove-program.ts';

/** Somebody with an account who comes again and again, for the gloves. */
export interface Regular {
  readonly playerId: string;
  readonly name: string;
  readonly username: string;
  readonly email: string;
  readonly player: Worn['player'];
  /** Games of earlier days, as their phone posted them, oldest first. */
  readonly posted: readonly string[];
  /** Games so far, those away from the floor included. */
  games: number;
  isHere: boolean;
  /** Of the newest visit. */
  gameId: string | null;
}
