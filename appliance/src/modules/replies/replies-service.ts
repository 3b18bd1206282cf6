import type { GameAction, GuestAnswer } from '../../../contract/games.ts';
import type { ReplyOutcome } from '../../../contract/replies.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import { type GameRow, type GamesModule, guest } from '../games/index.ts';
import type { AnswerKind, IncomingText, MessagingModule } from '../messaging/index.ts';
import type { PlayersModule } from '../players/index.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import {
  answersPerHour,
  answerText,
  effectOf,
  hourMs,
  isNumber,
  mayAnswerAgain,
  missedForMs,
  stored,
} from './replies.ts';
import { replyChanged } from './replies-events.ts';
import { repliesStore } from './replies-store.ts';

export interface RepliesServiceDeps {
  clock: Clock;
  ids: Ids;
  events: Events;
  games: Pick<GamesModule, 'act' | 'gameOfPhone' | 'setAnswer'>;
  players: Pick<PlayersModule, 'optedOut' | 'optOut' | 'optIn' | 'playerOfPhone'>;
  messaging: Pick<MessagingModule, 'send'>;
}

/** What was done about an answer; `reason` where staff have to look. */
export interface Handled {
  readonly outcome: ReplyOutcome;
  readonly reason: string | null;
}

const toStaff = (reason: string): Handled => ({ outcome: 'to_staff', reason });
const done = (outcome: ReplyOutcome): Handled => ({ outcome, reason: null });

const answers: Readonly<Partial<Record<Meaning, GuestAnswer>>> = {
  coming: 'coming',
  more_time: 'more_time',
  leave: 'leaving',
};

type AnsweredGame = Pick<GameRow, 'id' | 'state'>;

/** A text from a number, and whom it is from as far as we know. */
interface Heard {
  readonly phone: string;
  readonly body: string;
  readonly game: GameRow | null;
  readonly playerId: string | null;
}

export function createRepliesService(deps: RepliesServiceDeps) {
  const { clock, ids, events, games, players, messaging } = deps;

  /** A step that the game does not take after all is for staff, and no error: the guest has done nothing wrong. */
  function step(tx: Transaction, game: AnsweredGame, action: GameAction, outcome: ReplyOutcome): Handled {
    try {
      tx.attempt(() => games.act(tx, game.id, action, { reason: 'said by the guest' }, guest));
      return done(outcome);
    } catch (error) {
      if (error instanceof Problem) return toStaff(error.kind.code);
      throw error;
    }
  }

  /** Does what the guest of a game says, or leaves it to staff; what they said shows on the game's row. */
  function answer(tx: Transaction, game: AnsweredGame, said: GuestAnswer): Handled {
    if (game.state !== 'completed' && game.state !== 'cancelled') games.setAnswer(tx, game.id, said);
    const effect = effectOf(said, game.state);
    if (effect === undefined) return toStaff('wrong_state');
    return effect.step === null ? done(effect.outcome) : step(tx, game, effect.step, effect.outcome);
  }

  function optOut(tx: Transaction, phone: string, words: string): Handled {
    return done(players.optOut(tx, { phone, source: 'text', words }) ? 'opted_out' : 'nothing_to_do');
  }

  function optIn(tx: Transaction, phone: string, words: string): Handled {
    return done(players.optIn(tx, { phone, source: 'text', words }) ? 'opted_in' : 'nothing_to_do');
  }

  function handle(tx: Transaction, meaning: Meaning, { phone, body, game, playerId }: Heard): Handled {
    if (meaning === 'opt_out') return optOut(tx, phone, body);
    if (meaning === 'opt_in') return optIn(tx, phone, body);
    if (meaning === 'yes' && players.optedOut(tx, phone)) return optIn(tx, phone, body);
    if (meaning === 'help') return playerId === null ? toStaff('no_game') : done('helped');
    const said = answers[meaning];
    if (said === undefined) return toStaff('unclear');
    return game === null ? toStaff('no_game') : answer(tx, game, said);
  }

  /** Texts back, unless a machine at the other end answers every answer. Tells with what, or null. */
  function sendBack(tx: Transaction, outcome: ReplyOutcome, heard: Heard): AnswerKind | null {
    const { phone, game, playerId } = heard;
    const text = answerText[outcome];
    if (text === undefined || playerId === null) return null;
    if (repliesStore.answersSince(tx, phone, clock.now() - hourMs) >= answersPerHour) return null;
    messaging.send(tx, { kind: text.kind, playerId, gameId: text.ofGame ? (game?.id ?? null) : null });
    return text.kind;
  }

  function hear(tx: Transaction, phone: string, body: string): Heard {
    const game = games.gameOfPhone(tx, phone, clock.now() - missedForMs) ?? null;
    return { phone, body, game, playerId: game?.player_id ?? players.playerOfPhone(tx, phone)?.id ?? null };
  }

  return {
    /** An answer on the guest's own page; a second tap within a moment of the first does nothing. */
    answerOnPage(
      tx: Transaction,
      game: AnsweredGame & { answered_at: number | null },
      said: GuestAnswer,
    ): void {
      if (mayAnswerAgain(game.answered_at, clock.now())) answer(tx, game, said);
    },
    /** Takes a text once, however often its carrier brings it: what it means is done in this transaction. */
    take(tx: Transaction, carrier: string, { reference, from, body: text }: IncomingText): void {
      if (repliesStore.isKnown(tx, carrier, reference)) return;
      const meaning = meaningOf(text);
      const body = stored(text);
      const heard = isNumber(from) ? hear(tx, from, body) : null;
      const { outcome, reason } = heard === null ? toStaff('not_a_number') : handle(tx, meaning, heard);
      const id = ids.next();
      repliesStore.insert(tx, {
        id,
        carrier,
        reference,
        phone: stored(from),
        body,
        meaning,
        outcome,
        reason,
        answered_with: heard === null ? null : sendBack(tx, outcome, heard),
        game_id: heard?.game?.id ?? null,
        received_at: clock.now(),
        handled_at: null,
        handled_by: null,
      });
      events.publish(tx, replyChanged, { reply_id: id });
    },
    /** Staff have seen to it. Who says so first stays. Throws `not_found`. */
    handled(tx: Transaction, id: string, handledBy: string) {
      repliesStore.setHandled(tx, id, clock.now(), handledBy);
      const row = repliesStore.byId(tx, id);
      if (row === undefined) throw new Problem(httpProblems.not_found);
      events.publish(tx, replyChanged, { reply_id: id });
      return row;
    },
  };
}
export type RepliesService = ReturnType<typeof createRepliesService>;
