import type { GameAction } from '../../../contract/games.ts';
import { defineEvent } from '../../platform/events/events.ts';
import type { GameRow } from './games-tables.ts';

export interface GameChange {
  action: GameAction | 'create';
  /** Null for a new game. */
  before: GameRow | null;
  after: GameRow;
  /** Something the guest or staff must know although the action was done (`text_already_sent`). */
  warn(code: string): void;
}

export const gameChanged = defineEvent<GameChange>(
  'game.changed',
  'A game was created, took a step, or had its last step undone.',
);
