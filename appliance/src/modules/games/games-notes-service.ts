import type { GameMessage, GameNotice, GuestAnswer, Rung } from '../../../contract/games.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { Events } from '../../platform/events/events.ts';
import { gameNoteChanged } from './games-events.ts';
import { gamesStore } from './games-store.ts';
import type { GameRow } from './games-tables.ts';

/** What a game's row shows beside its state: texts, how loudly a guest is called, what they say. None of it is a step. */
export function createGamesNotes({ clock, events }: { clock: Clock; events: Events }) {
  return {
    /** Says something on the game's row until its next step. */
    setNotice(tx: Transaction, row: GameRow, notice: GameNotice): void {
      gamesStore.updateNotice(tx, { ...row, notice });
    },
    /** Its rig has until then, and not as long as was said before. */
    waitUntil(tx: Transaction, row: GameRow, until: number): void {
      gamesStore.updateNotice(tx, { ...row, interrupted_until: until });
    },
    /** Shows on the game's row what became of the last text. */
    setMessage(tx: Transaction, id: string, message: GameMessage): void {
      gamesStore.setMessage(tx, id, message);
      events.publish(tx, gameNoteChanged, { game_id: id });
    },
    /** How loudly the guest is called from now on, under a call number of its own; null ends it. */
    setRung(tx: Transaction, id: string, call: { rung: Rung; reason: string | null } | null): void {
      gamesStore.setRung(tx, id, {
        rung: call?.rung ?? null,
        rung_reason: call?.reason ?? null,
        rung_at: call === null ? null : clock.now(),
        call_number: call === null ? null : gamesStore.nextValue(tx, 'call'),
      });
      events.publish(tx, gameNoteChanged, { game_id: id });
    },
    /** Notes what the guest said about coming, whatever was done of it. */
    setAnswer(tx: Transaction, id: string, answer: GuestAnswer): void {
      gamesStore.setAnswer(tx, id, answer, clock.now());
      events.publish(tx, gameNoteChanged, { game_id: id });
    },
  };
}
