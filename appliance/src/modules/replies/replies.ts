import type { GameAction, GameState, GuestAnswer } from '../../../contract/games.ts';
import type { ReplyOutcome } from '../../../contract/replies.ts';
import type { AnswerKind } from '../messaging/index.ts';

/** What an answer does to a game in some state: a step, a note on its row, or nothing because it is so already. */
export type Effect =
  | { readonly step: GameAction; readonly outcome: ReplyOutcome }
  | { readonly step: null; readonly outcome: 'noted' | 'nothing_to_do' };

const step = (action: GameAction, outcome: ReplyOutcome): Effect => ({ step: action, outcome });
const noted: Effect = { step: null, outcome: 'noted' };
const nothingToDo: Effect = { step: null, outcome: 'nothing_to_do' };

const cancel = step('cancel', 'cancelled');
const hold = step('hold', 'held');

/** What is not here, staff decide: a guest who says something in a state where it makes no sense. */
const effects: Readonly<Record<GuestAnswer, Partial<Record<GameState, Effect>>>> = {
  coming: {
    recalled: step('confirm', 'confirmed'),
    held: step('queue', 'queued'),
    queued: noted,
    confirmed: nothingToDo,
    playing: nothingToDo,
  },
  more_time: { recalled: hold, queued: hold, held: nothingToDo },
  leaving: {
    recalled: cancel,
    queued: cancel,
    held: cancel,
    confirmed: cancel,
    no_show: cancel,
    cancelled: nothingToDo,
  },
};

/** Undefined where the answer does not fit the state. */
export const effectOf = (answer: GuestAnswer, state: GameState): Effect | undefined => effects[answer][state];

/**
 * The text that goes back to whom an answer was texted, and whether it is about the game. Where an answer changed
 * nothing the guest need not be told.
 */
export const answerText: Readonly<
  Partial<Record<ReplyOutcome, { readonly kind: AnswerKind; readonly ofGame: boolean }>>
> = {
  confirmed: { kind: 'confirmed', ofGame: true },
  held: { kind: 'on_hold', ofGame: true },
  cancelled: { kind: 'left_list', ofGame: true },
  opted_out: { kind: 'opted_out', ofGame: false },
  opted_in: { kind: 'opted_in', ofGame: false },
  helped: { kind: 'help', ofGame: false },
};

/** A machine that answers our answers is answered so often in an hour, and then no more; a person never needs as many. */
export const answersPerHour = 6;
export const hourMs = 3_600_000;

/** Fingers tap twice, and programs a thousand times: on the page an answer counts so long after the last one. */
const tapEveryMs = 2_000;

/** @param answeredAt one in the future belongs to a clock that was stepped back, and holds nobody up */
export const mayAnswerAgain = (answeredAt: number | null, now: number): boolean =>
  answeredAt === null || answeredAt > now || now - answeredAt >= tapEveryMs;

/** How long after a no-show the guest's answer is still about that game. */
export const missedForMs = 12 * hourMs;

/** E.164. What is no number (a short code, a name) is a machine, or an advertiser: nobody to answer. */
export const isNumber = (sender: string): boolean => /^\+[1-9]\d{7,14}$/u.test(sender);

/** As it is stored: one that Postgres takes, and no longer than a guest types. */
export const stored = (text: string): string =>
  text.toWellFormed().replaceAll('\u0000', '').slice(0, 1_600).toWellFormed();
