import type { MessageKind } from '../../../contract/messaging.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import type { GameChange, GameRow, GamesModule, PageUrl } from '../games/index.ts';
import type { PlayersModule } from '../players/index.ts';
import { isNeeded, manners, type Objection, objectionTo, undoGraceMs } from './messaging.ts';
import { messagingStore } from './messaging-store.ts';
import type { MessageRow } from './messaging-tables.ts';
import type { OutboxClock } from './outbox-clock.ts';
import type { Outbox, Reads } from './outbox-service.ts';
import type { QuietHours } from './quiet-hours.ts';
import { smsSegments } from './sms-segments.ts';
import { textOf } from './wording.ts';

export interface MessagingServiceDeps {
  clock: Clock;
  ids: Ids;
  siteName: string;
  games: Pick<GamesModule, 'game' | 'setMessage' | 'nextInQueue'>;
  players: Pick<PlayersModule, 'player' | 'consentsOf' | 'optedOut'>;
  attractions: Pick<AttractionsModule, 'attraction'>;
  /** To the guest's page from anywhere; null where it is found in the venue's own network alone. */
  publicPageUrl: PageUrl | null;
  quietHours: QuietHours;
  /** Whether calls keep the quiet hours, too. */
  holdCalls: boolean;
  /** A guest who joined further back is told at this position that they are close; 0 for never. */
  closeAt: number;
}

/** Answers to a guest's own text. */
export type AnswerKind = Extract<
  MessageKind,
  'confirmed' | 'on_hold' | 'left_list' | 'opted_out' | 'opted_in' | 'help'
>;

export interface Answer {
  kind: AnswerKind;
  playerId: string;
  /** The game it is about; null where it is about none (`opted_out`, `opted_in`, `help`). */
  gameId: string | null;
}

interface MessagingParts {
  outbox: Outbox;
  times: OutboxClock;
  /** Whether guests can answer to what is sent. */
  answerable: boolean;
}

const isCall = ({ kind }: MessageRow): boolean => kind === 'recall' || kind === 'reminder';

export function createMessagingService(deps: MessagingServiceDeps & MessagingParts) {
  const { clock, ids, games, players, attractions, outbox, times, quietHours } = deps;

  /** What speaks against a text of this kind to this player now, or null. */
  function objection(reads: Reads, kind: MessageKind, playerId: string, phone: string): Objection | null {
    return objectionTo(kind, {
      consent: players.consentsOf(reads, playerId).sms,
      optedOut: players.optedOut(reads, phone),
      quietUntil: quietHours.endOf(clock.now()),
      holdCalls: deps.holdCalls,
    });
  }

  type Worded = Pick<MessageRow, 'kind' | 'language' | 'expires_at'>;

  function wording(
    { kind, language, expires_at }: Worded,
    game: GameRow | null,
    reads: Reads,
    answerable: boolean,
  ) {
    const facts = {
      site: deps.siteName,
      ticket: game?.ticket,
      attraction: game === null ? undefined : attractions.attraction(reads, game.attraction).name,
      minutes: Math.max(1, Math.round((expires_at - times.latest()) / 60_000)),
      link: game === null ? undefined : deps.publicPageUrl?.(game.code),
    };
    const body = textOf(kind, language, facts, answerable);
    return { body, segments: smsSegments(body).segments };
  }

  /** Writes a text, or the fact that it may not be sent; a guest without a number has none. */
  function write(tx: Transaction, kind: MessageKind, playerId: string, game: GameRow | null): void {
    const player = players.player(tx, playerId);
    const { phone, language } = player;
    if (phone === null) {
      if (game !== null) games.setMessage(tx, game.id, { kind, state: 'dropped', reason: 'no_phone' });
      return;
    }
    const now = clock.now();
    const { priority, lifetimeMs, sort } = manners[kind];
    const against = objection(tx, kind, playerId, phone);
    const isDropped = against !== null && 'drop' in against;
    const lifeMs = lifetimeMs ?? (game?.grace_until ?? now) - now;
    const expires_at = times.latest() + lifeMs;
    // Nobody takes back what a guest asked for by a text of their own.
    const send_after = times.now() + (sort === 'asked' ? 0 : undoGraceMs);
    outbox.add(tx, {
      id: ids.next(),
      game_id: game?.id ?? null,
      player_id: playerId,
      ticket: game?.ticket ?? null,
      kind,
      language,
      priority,
      phone,
      ...wording({ kind, language, expires_at }, game, tx, deps.answerable),
      state: isDropped ? 'dropped' : 'pending',
      reason: isDropped ? against.drop : null,
      carrier: null,
      attempts: 0,
      created_at: now,
      send_after,
      expires_at,
      next_attempt_at: isDropped ? null : send_after,
      sent_at: null,
      delivered_at: null,
    });
  }

  /** For a text that nobody on the floor waits for: where it may not be sent, there is none. */
  function writeIfWelcome(tx: Transaction, kind: MessageKind, game: GameRow): void {
    const { phone } = players.player(tx, game.player_id);
    if (phone === null) return;
    const against = objection(tx, kind, game.player_id, phone);
    if (against === null || 'hold' in against) write(tx, kind, game.player_id, game);
  }

  const drop = (tx: Transaction, message: MessageRow, reason: string) =>
    outbox.happened(tx, message, 'dropped', { reason });

  function dropPending(tx: Transaction, gameId: string, kind: MessageKind, reason: string): void {
    for (const message of messagingStore.ofGame(tx, gameId))
      if (message.kind === kind && message.state === 'pending') drop(tx, message, reason);
  }

  const lastCall = (tx: Transaction, gameId: string): MessageRow | undefined =>
    messagingStore.ofGame(tx, gameId).find(isCall);

  /** The last call is not needed any more: dropped if it still waits, told of if it is on its way. */
  function withdraw(tx: Transaction, { action, after, warn }: GameChange): void {
    const message = lastCall(tx, after.id);
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
    const last = lastCall(tx, game.id);
    if (last?.state === 'pending') {
      if (times.now() < last.send_after) return;
      drop(tx, last, 'not_needed');
    }
    write(tx, 'reminder', game.player_id, game);
  }

  /** Who is called after all gets the text that was held back when it seemed needless. */
  function callAfterAll(tx: Transaction, game: GameRow): void {
    const last = lastCall(tx, game.id);
    if (last?.state === 'dropped' && last.reason === 'not_needed') write(tx, last.kind, game.player_id, game);
  }

  function followCall(tx: Transaction, change: GameChange): void {
    const { action, before, after } = change;
    const wasCalled = before?.state === 'recalled';
    if (wasCalled && (after.state !== 'recalled' || action === 'undo')) withdraw(tx, change);
    if (action === 'recall') write(tx, 'recall', after.player_id, after);
    if (action === 'undo' && !wasCalled && after.state === 'recalled') callAfterAll(tx, after);
    if (action === 'remind') remind(tx, after);
  }

  /** Who joins within the first places knows that they are close; who joined further back is told, once. */
  function followQueue(tx: Transaction, { before, after }: GameChange): void {
    const isIn = after.state === 'queued';
    if (deps.closeAt === 0 || isIn === (before?.state === 'queued')) return;
    const close = games.nextInQueue(tx, after.attraction, deps.closeAt);
    if (isIn && !close.some(({ id }) => id === after.id)) messagingStore.watch(tx, after.id);
    if (isIn) return;
    const isUntold = messagingStore.watchNoMore(tx, after.id);
    if (!isUntold) dropPending(tx, after.id, 'close', 'not_needed');
    for (const game of close) if (messagingStore.watchNoMore(tx, game.id)) writeIfWelcome(tx, 'close', game);
  }

  return {
    /** Joins the transaction of every step of a game. */
    follow(tx: Transaction, change: GameChange): void {
      const { before, after } = change;
      // The call's own text comes last: it is what the row of the game shows.
      followQueue(tx, change);
      followCall(tx, change);
      if (before?.state === 'completed' && after.state !== 'completed')
        dropPending(tx, after.id, 'souvenir', 'undone');
    },

    /** Answers a guest's own text. */
    send(tx: Transaction, { kind, playerId, gameId }: Answer): void {
      write(tx, kind, playerId, gameId === null ? null : games.game(tx, gameId));
    },

    /** The souvenir of a game can be seen: its guest is told once, where the page is found from everywhere. */
    souvenirReady(tx: Transaction, gameId: string): void {
      if (deps.publicPageUrl === null) return;
      const told = messagingStore.ofGame(tx, gameId);
      if (told.some(({ kind, state }) => kind === 'souvenir' && state !== 'dropped')) return;
      writeIfWelcome(tx, 'souvenir', games.game(tx, gameId));
    },

    /** Who opts out gets nothing of what still waits. */
    followOptOut(tx: Transaction, { phone, opted_out }: { phone: string; opted_out: boolean }): void {
      if (!opted_out) return;
      for (const message of messagingStore.pendingTo(tx, phone)) {
        const against = objection(tx, message.kind, message.player_id, phone);
        if (against !== null && 'drop' in against) drop(tx, message, against.drop);
      }
    },

    /** Why a call of this player goes without a text; null where one is sent. */
    reasonNotToCall(reads: Reads, playerId: string): string | null {
      const { phone } = players.player(reads, playerId);
      if (phone === null) return 'no_phone';
      const against = objection(reads, 'recall', playerId, phone);
      return against !== null && 'drop' in against ? against.drop : null;
    },

    /** What speaks against sending this text at this moment. */
    objectionNow(reads: Reads, message: MessageRow): Objection | { drop: 'not_needed' } | null {
      const { kind, game_id, player_id, phone } = message;
      if (game_id !== null && !isNeeded(kind, games.game(reads, game_id))) return { drop: 'not_needed' };
      return objection(reads, kind, player_id, phone);
    },

    /** The text as it is true at this moment: a call says how long there is to come, and how it is answered. */
    wordedNow(reads: Reads, message: MessageRow, answerable: boolean): Pick<MessageRow, 'body' | 'segments'> {
      const { body, segments } = message;
      if (!isCall(message)) return { body, segments };
      const game = message.game_id === null ? null : games.game(reads, message.game_id);
      return wording(message, game, reads, answerable);
    },
  };
}
export type MessagingService = ReturnType<typeof createMessagingService>;
