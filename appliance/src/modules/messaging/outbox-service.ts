import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { Events } from '../../platform/events/events.ts';
import type { GamesModule } from '../games/index.ts';
import { type Happening, stateAfter } from './message-states.ts';
import { messageChanged } from './messaging-events.ts';
import { messagingStore } from './messaging-store.ts';
import type { MessageRow } from './messaging-tables.ts';

export interface OutboxDeps {
  events: Events;
  games: Pick<GamesModule, 'setMessage'>;
}

/** The only way in which a row of the outbox is made or changed: everybody who must know is told with it. */
export function createOutbox({ events, games }: OutboxDeps) {
  function tell(tx: Transaction, before: MessageRow['state'] | null, message: MessageRow): void {
    const { id, game_id, kind, state, reason } = message;
    // An answer may have been written since: the row of the game shows the last text.
    if (game_id !== null && messagingStore.isLatestOfGame(tx, game_id, id))
      games.setMessage(tx, game_id, { kind, state, reason });
    events.publish(tx, messageChanged, { message_id: id, game_id, kind, before, state, reason });
  }

  function store(tx: Transaction, before: MessageRow, after: MessageRow): void {
    messagingStore.update(tx, after);
    if (before.state !== after.state || before.reason !== after.reason) tell(tx, before.state, after);
  }

  return {
    add(tx: Transaction, message: MessageRow): void {
      messagingStore.insert(tx, message);
      tell(tx, null, message);
    },
    /** Something happened to a text; answers the row after it. `change` is left out where it changes nothing. */
    happened(
      tx: Transaction,
      message: MessageRow,
      happening: Happening,
      change: Partial<Omit<MessageRow, 'id' | 'state'>>,
    ): MessageRow {
      const state = stateAfter(message.state, happening);
      if (state === message.state) return message;
      const after = { ...message, next_attempt_at: null, ...change, state };
      store(tx, message, after);
      return after;
    },
    /** It stays in its state, for another reason or until another time. */
    stays(tx: Transaction, message: MessageRow, reason: string | null, nextAttemptAt: number | null): void {
      if (message.reason === reason && message.next_attempt_at === nextAttemptAt) return;
      store(tx, message, { ...message, reason, next_attempt_at: nextAttemptAt });
    },
  };
}
export type Outbox = ReturnType<typeof createOutbox>;
export type Reads = Pick<Statements, 'all' | 'get'>;
