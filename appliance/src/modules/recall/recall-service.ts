import type { Rung } from '../../../contract/games.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { GameChange, GameRow, GamesModule } from '../games/index.ts';
import type { MessageChange, MessagingModule } from '../messaging/index.ts';
import { isAbove, ladder, reasonToClimb, stepAfter, textFailure } from './recall.ts';

export interface RecallServiceDeps {
  clock: Pick<Clock, 'now'>;
  games: Pick<GamesModule, 'game' | 'setRung'>;
  messaging: Pick<MessagingModule, 'reasonNotToCall'>;
}

/** A rung that falls due: so much of the grace is over, and so long is the whole. */
export interface DueRung {
  readonly game_id: string;
  readonly share: number;
  readonly grace_ms: number;
}

export interface RecallTimers {
  /** Asks for `climb` after `delayMs`, instead of what was asked for before. */
  climbLater(tx: Transaction, due: DueRung, delayMs: number): void;
  climbNoMore(tx: Transaction, gameId: string): void;
}

export function createRecallService(deps: RecallServiceDeps & RecallTimers) {
  const { clock, games, messaging, climbLater, climbNoMore } = deps;

  function expectNext(tx: Transaction, gameId: string, graceMs: number, share: number): void {
    const next = stepAfter(share);
    if (next === undefined) return;
    const due = { game_id: gameId, share: next.share, grace_ms: graceMs };
    climbLater(tx, due, Math.round((next.share - share) * graceMs));
  }

  /** @param graceMs how long the guest has from now on */
  function start(tx: Transaction, game: GameRow, graceMs: number): void {
    const reason = messaging.reasonNotToCall(tx, game.player_id);
    games.setRung(tx, game.id, { rung: reason === null ? 'text' : 'board', reason });
    expectNext(tx, game.id, graceMs, 0);
  }

  function climb(tx: Transaction, game: GameRow, rung: Rung, reason: string): void {
    if (game.rung !== null && isAbove(rung, game.rung)) games.setRung(tx, game.id, { rung, reason });
  }

  return {
    /** Joins every step of a game: each call begins the ladder anew, and every other step ends it. */
    follow(tx: Transaction, { action, before, after }: GameChange): void {
      const isCall = action === 'recall' || action === 'remind' || action === 'undo';
      if (after.state === 'recalled' && after.grace_until !== null && isCall) {
        start(tx, after, after.grace_until - clock.now());
      } else if (before?.state === 'recalled' && after.state !== 'recalled') {
        games.setRung(tx, after.id, null);
        climbNoMore(tx, after.id);
      }
    },

    /** Joins what becomes of each text: a call that does not reach the guest is made louder at once. */
    followText(tx: Transaction, { game_id, kind, state, reason }: MessageChange): void {
      if (game_id === null || (kind !== 'recall' && kind !== 'reminder')) return;
      const failure = textFailure(state, reason);
      if (failure === null) return;
      const game = games.game(tx, game_id);
      if (game.state === 'recalled') climb(tx, game, 'board', failure);
    },

    /** A share of the grace is over and the guest has not come. */
    climb(tx: Transaction, { game_id, share, grace_ms }: DueRung): void {
      const game = games.game(tx, game_id);
      if (game.state !== 'recalled') return;
      const rung = ladder.findLast((step) => step.share <= share)?.rung;
      if (rung !== undefined) climb(tx, game, rung, reasonToClimb(game));
      expectNext(tx, game_id, grace_ms, share);
    },
  };
}
export type RecallService = ReturnType<typeof createRecallService>;
