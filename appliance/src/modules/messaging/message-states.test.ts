import { expect, test } from 'vitest';
import { type MessageState, messageStates } from '../../../contract/messaging.ts';
import { type Happening, stateAfter } from './message-states.ts';

const happenings = [
  'handed_over',
  'taken',
  'put_back',
  'refused',
  'lost_sight_of',
  'reported_sent',
  'reported_delivered',
  'reported_failed',
  'expired',
  'dropped',
] as const satisfies readonly Happening[];

/** Where each happening leads; `-` where it changes nothing. In the order of `happenings`. */
const table: Readonly<Record<MessageState, string>> = {
  pending: 'sending - - failed - - - - expired dropped',
  sending: '- sent pending failed unknown sent delivered failed - -',
  unknown: '- sent pending failed - sent delivered failed - -',
  sent: '- - - - - - delivered failed - -',
  failed: '- - - - - - delivered - - -',
  delivered: '- - - - - - - - - -',
  expired: '- - - - - - - - - -',
  dropped: '- - - - - - - - - -',
};

const cells = messageStates.flatMap((state) =>
  table[state].split(' ').map((after, index) => [state, happenings[index] ?? 'taken', after] as const),
);

test('every state has a cell for everything that can happen', () => {
  expect(cells).toHaveLength(messageStates.length * happenings.length);
});

test.each(cells)('%s, then %s: %s', (state, happening, after) => {
  expect(stateAfter(state, happening)).toBe(after === '-' ? state : after);
});

/** Every order in which some things can be told. */
function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) => orders(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

const told = (from: MessageState, all: readonly Happening[]) => all.reduce<MessageState>(stateAfter, from);

test.each([
  [['taken', 'reported_sent', 'reported_delivered'], 'delivered'],
  [['taken', 'reported_sent', 'reported_delivered', 'reported_delivered'], 'delivered'],
  [['taken', 'reported_sent', 'reported_failed'], 'failed'],
  [['taken', 'lost_sight_of', 'reported_delivered'], 'delivered'],
  [['reported_failed', 'reported_delivered'], 'delivered'],
] as const)('%j comes to the same in any order: %s', (all, end) => {
  expect(new Set(orders(all).map((order) => told('sending', order)))).toEqual(new Set([end]));
});

test('what may have left is never sent again but by a look-up that says it has not', () => {
  const backToWaiting = happenings.filter((happening) => stateAfter('unknown', happening) === 'pending');
  expect(backToWaiting).toEqual(['put_back']);
  for (const state of messageStates.filter((one) => !['pending', 'sending', 'unknown'].includes(one)))
    expect(happenings.map((happening) => stateAfter(state, happening))).not.toContain('pending');
});
