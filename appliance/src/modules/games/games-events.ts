import type { GameAction } from '../../../contract/games.ts';
import { defineEvent } from '../../platform/events/events.ts';
import type { GameRow } from './games-tables.ts';

/** The rig is gone in the middle of the game, and is there again: no step, so nothing to undo. */
export type Interruption = 'interrupt' | 'resume';

export interface GameChange {
  action: GameAction | 'create' | Interruption;
  /** Username of who did it: a person, a device, or `appliance`. */
  actor: string;
  /** Null for a new game. */
  before: GameRow | null;
  after: GameRow;
  /** Something the guest or staff must know although the action was done (`text_already_sent`). */
  warn(code: string): void;
}

export const gameChanged = defineEvent<GameChange>(
  'game.changed',
  'A game was created, took a step, had its last step undone, or lost its rig or found it again.',
);

/** Only what its row shows: the game has taken no step. */
export const gameNoteChanged = defineEvent<{ game_id: string }>(
  'game.note-changed',
  'Something became of the last text to a guest, a called guest is looked for more loudly, or a guest has answered.',
);
