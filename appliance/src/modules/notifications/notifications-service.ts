import type { ChangeKind } from '../../../contract/notifications.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { Ids } from '../../platform/ids.ts';
import { nextSeq } from './notifications.ts';
import { notificationsStore } from './notifications-store.ts';

export interface NotificationsServiceDeps {
  clock: Pick<Clock, 'now'>;
  ids: Pick<Ids, 'next'>;
  /** Runs once an event of this player is on disk. */
  told(playerId: string): void;
}

export interface Telling {
  playerId: string;
  type: string;
  /** The members the event has beside `id`, `type` and `at`; JSON. */
  payload: Readonly<Record<string, unknown>>;
  /** Names the occasion among this player's events: to tell of it again is to have told of it. */
  uniqueKey: string;
}

export interface Change {
  playerId: string;
  kind: ChangeKind;
  /** Of a game, and of the progress in it, the game's. */
  id: string;
  /** It is deleted, or erased: a phone has to forget it. */
  gone?: boolean;
}

export function createNotificationsService({ clock, ids, told }: NotificationsServiceDeps) {
  const next = (tx: Transaction) => nextSeq(notificationsStore.newestSeq(tx), clock.now());
  return {
    /** Tells a player, exactly once for each occasion. Answers the event's id, an earlier one's where there is one. */
    tell(tx: Transaction, { playerId, type, payload, uniqueKey }: Telling): string {
      const known = notificationsStore.eventOfKey(tx, playerId, uniqueKey);
      if (known !== undefined) return known;
      const id = ids.next();
      notificationsStore.insertEvent(tx, {
        id,
        seq: next(tx),
        player_id: playerId,
        type,
        payload: JSON.stringify(payload),
        unique_key: uniqueKey,
        at: clock.now(),
      });
      tx.afterCommit(() => told(playerId));
      return id;
    },
    /** Takes the members of an event away: that there was one stays, and its occasion may be told of again. */
    withdraw: (tx: Transaction, playerId: string, uniqueKey: string): boolean =>
      notificationsStore.withdrawEvent(tx, playerId, uniqueKey),
    /** Something that a player's phone keeps a copy of is new, is other than it was, or is gone. */
    changed(tx: Transaction, { playerId, kind, id, gone = false }: Change): void {
      notificationsStore.setChange(tx, {
        player_id: playerId,
        kind,
        thing_id: id,
        seq: next(tx),
        gone: gone ? 1 : 0,
      });
    },
  };
}
export type NotificationsService = ReturnType<typeof createNotificationsService>;
