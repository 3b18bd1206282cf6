import type { GameState } from '../../../appliance/contract/games.ts';
import type { Message, MessageState } from '../../../appliance/contract/messaging.ts';
import type { CarrierSide, TakenText } from './carriers/carrier-side.ts';

export interface TextsTold {
  /** The outbox. */
  readonly messages: readonly Message[];
  /** Where our guests' games are now, by id. */
  readonly states: ReadonlyMap<string, GameState>;
}

export interface TextsKnown {
  readonly taken: readonly TakenText[];
  /** Carriers whose far side is ours: all that left by them is among `taken`. */
  readonly carriers: ReadonlySet<CarrierSide['name']>;
  /** Since when they are ours, epoch milliseconds. */
  readonly since: number;
  /** Whether all that was on its way had time to come to its end. */
  readonly isOver: boolean;
}

const nextAhead: readonly MessageState[] = ['pending', 'sending'];
const needsReason: readonly MessageState[] = ['failed', 'expired', 'dropped', 'unknown'];
const isCall = ({ kind }: Message): boolean => kind === 'recall' || kind === 'reminder';
const isOver = (state: GameState | undefined): boolean =>
  state !== undefined && state !== 'recalled' && state !== 'queued';

/** As the outbox shows a number. */
const keyOf = (to: string, text: string): string => JSON.stringify([to.slice(-4), text]);

/** Texts of calls that are over, and that have no end yet. */
export const unended = ({ messages, states }: TextsTold): Message[] =>
  messages.filter(
    (message) =>
      isCall(message) &&
      message.game_id !== null &&
      isOver(states.get(message.game_id)) &&
      nextAhead.includes(message.state),
  );

/** How the outbox differs from what the carriers took, a sentence each; none when nothing left twice, late or unsaid. */
export function textDisagreements(told: TextsTold, known: TextsKnown): string[] {
  const rows = Map.groupBy(
    told.messages.toSorted((a, b) => a.created_at.localeCompare(b.created_at)),
    ({ to, text }) => keyOf(to, text),
  );
  const used = new Set<string>();
  const wrong = known.taken
    .toSorted((a, b) => a.at - b.at)
    .flatMap((taken) => {
      const all = rows.get(keyOf(taken.to, taken.body)) ?? [];
      const inTime = all.filter((message) => isInTime(message, taken.at));
      const own = inTime.find(({ id, attempts }) => attempts > 0 && !used.has(id));
      if (own !== undefined) used.add(own.id);
      return own === undefined ? [`${taken.carrier} took "${taken.body}" ${misstep(all, inTime)}`] : [];
    });
  const claimed = told.messages.filter(
    ({ id, state, carrier, created_at }) =>
      (state === 'sent' || state === 'delivered') &&
      known.carriers.has(carrier as CarrierSide['name']) &&
      Date.parse(created_at) >= known.since &&
      !used.has(id),
  );
  const ours = told.messages.filter(({ game_id }) => game_id !== null && told.states.has(game_id));
  const unsaid = ours.filter(({ state, reason }) => needsReason.includes(state) && reason === null);
  return [
    ...wrong,
    ...claimed.map(({ text, carrier }) => `"${text}" is said to be sent, and ${carrier} never took it`),
    ...(known.isOver ? unended(told) : []).map(
      ({ text, state }) => `"${text}" is ${state}, and its call is over`,
    ),
    ...unsaid.map(({ text, state }) => `"${text}" is ${state}, and nobody says why`),
  ];
}

const isInTime = ({ created_at, expires_at }: Message, at: number): boolean =>
  Date.parse(created_at) <= at && at <= Date.parse(expires_at);

function misstep(all: readonly Message[], inTime: readonly Message[]): string {
  if (all.length === 0) return 'and it is not in the outbox';
  return inTime.length === 0 ? 'outside of its time' : 'once too often';
}
