import type { MessageState } from '../../../contract/messaging.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { defineEvent, type Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import type { GameChange, GameRow, GamesModule } from '../games/index.ts';
import type { PlayersModule } from '../players/index.ts';
import { callText, reasonNotToText, undoGraceMs } from './messaging.ts';
import { messagingStore } from './messaging-store.ts';
import type { MessageKind, MessageRow } from './messaging-tables.ts';
import { smsSegments } from './sms-segments.ts';

export const messageChanged = defineEvent<{ message_id: string; state: MessageState }>(
  'message.changed',
  'A text was written, sent, dropped, or became too late.',
);

export interface MessagingServiceDeps {
  clock: Clock;
  ids: Ids;
  events: Events;
  siteName: string;
  games: Pick<GamesModule, 'setMessage'>;
  players: Pick<PlayersModule, 'player' | 'consentsOf'>;
  attractions: Pick<AttractionsModule, 'attraction'>;
  /** Asks for the text to be handed over after `delayMs`, in the same transaction. */
  sendLater(tx: Transaction, messageId: string, delayMs: number): void;
  /** Takes that back. */
  sendNoMore(tx: Transaction, messageId: string): void;
}

type Reads = Pick<Statements, 'all' | 'get'>;

export function createMessagingService(deps: MessagingServiceDeps) {
  const { clock, ids, events, games, players, attractions } = deps;

  function show(tx: Transaction, message: MessageRow): void {
    const { id, game_id, kind, state, reason } = message;
    games.setMessage(tx, game_id, { kind, state, reason });
    events.publish(tx, messageChanged, { message_id: id, state });
  }

  function settle(tx: Transaction, message: MessageRow, change: Partial<MessageRow>): void {
    const settled = { ...message, ...change };
    messagingStore.update(tx, settled);
    show(tx, settled);
  }

  /** Why the player may not be texted now, or null when they may. */
  function refusalOf(reads: Reads, playerId: string): string | null {
    return reasonNotToText(players.player(reads, playerId), players.consentsOf(reads, playerId));
  }

  function write(tx: Transaction, kind: MessageKind, game: GameRow): void {
    const player = players.player(tx, game.player_id);
    const refusal = refusalOf(tx, player.id);
    if (player.phone === null) {
      games.setMessage(tx, game.id, { kind, state: 'dropped', reason: 'no_phone' });
      return;
    }
    const now = clock.now();
    const attraction = attractions.attraction(tx, game.attraction).name;
    const body = callText(kind, { site: deps.siteName, attraction, game, now });
    const message: MessageRow = {
      id: ids.next(),
      game_id: game.id,
      player_id: player.id,
      ticket: game.ticket,
      kind,
      phone: player.phone,
      body,
      segments: smsSegments(body).segments,
      state: refusal === null ? 'pending' : 'dropped',
      reason: refusal,
      provider: null,
      created_at: now,
      send_after: now + undoGraceMs,
      expires_at: game.grace_until ?? now,
      sent_at: null,
    };
    messagingStore.insert(tx, message);
    if (refusal === null) deps.sendLater(tx, message.id, undoGraceMs);
    show(tx, message);
  }

  function drop(tx: Transaction, message: MessageRow, reason: string): void {
    deps.sendNoMore(tx, message.id);
    settle(tx, message, { state: 'dropped', reason });
  }

  /** The last text is not needed any more: dropped if it still waits, told of if it is on its way. */
  function withdraw(tx: Transaction, { action, after, warn }: GameChange): void {
    const message = messagingStore.latestOfGame(tx, after.id);
    // Who is called all the same has had a reminder undone, and still gets the call's own text.
    if (message === undefined || (after.state === 'recalled' && message.kind === 'recall')) return;
    if (message.state === 'pending') {
      drop(tx, message, action === 'undo' ? 'undone' : 'not_needed');
    } else if (action === 'undo' && ['sending', 'sent', 'delivered', 'unknown'].includes(message.state)) {
      warn('text_already_sent');
    }
  }

  /** A reminder in the seconds in which the last text is about to leave would be a second one of the same. */
  function remind(tx: Transaction, game: GameRow): void {
    const last = messagingStore.latestOfGame(tx, game.id);
    if (last?.state === 'pending') {
      if (clock.now() < last.send_after) return;
      drop(tx, last, 'not_needed');
    }
    write(tx, 'reminder', game);
  }

  /** Who is called after all gets the text that was held back when it seemed needless. */
  function callAfterAll(tx: Transaction, game: GameRow): void {
    const last = messagingStore.latestOfGame(tx, game.id);
    if (last?.state === 'dropped' && last.reason === 'not_needed') write(tx, last.kind, game);
  }

  return {
    /** Joins the transaction of every step of a game. */
    follow(tx: Transaction, change: GameChange): void {
      const { action, before, after } = change;
      const wasCalled = before?.state === 'recalled';
      if (wasCalled && (after.state !== 'recalled' || action === 'undo')) withdraw(tx, change);
      if (action === 'recall') write(tx, 'recall', after);
      if (action === 'undo' && !wasCalled && after.state === 'recalled') callAfterAll(tx, after);
      if (action === 'remind') remind(tx, after);
    },
    settle,
    refusalOf,
  };
}
export type MessagingService = ReturnType<typeof createMessagingService>;
