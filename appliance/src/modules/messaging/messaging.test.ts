import { describe, expect, test } from 'vitest';
import { gameStates } from '../../../contract/games.ts';
import { messageKinds } from '../../../contract/messaging.ts';
import { isNeeded, manners, objectionTo } from './messaging.ts';

const fine = { consent: true, optedOut: false, quietUntil: null, holdCalls: false };
const quietUntil = 8;

test('with consent, without opt-out and by day everything may be sent', () => {
  for (const kind of messageKinds) expect(objectionTo(kind, fine), kind).toBeNull();
});

const answers = ['confirmed', 'on_hold', 'left_list', 'opted_out', 'opted_in', 'help'] as const;
const unasked = messageKinds.filter((kind) => !(answers as readonly string[]).includes(kind));

test.each(unasked)('without consent there is no %s', (kind) => {
  expect(objectionTo(kind, { ...fine, consent: false })).toEqual({ drop: 'no_consent' });
});
test.each(answers)('who texts us is answered with %s, consent or not, at any hour', (kind) => {
  expect(objectionTo(kind, { ...fine, consent: false, quietUntil, holdCalls: true })).toBeNull();
});

describe('who has opted out', () => {
  test.each(messageKinds.filter((kind) => kind !== 'opted_out' && kind !== 'help'))('gets no %s', (kind) => {
    expect(objectionTo(kind, { ...fine, optedOut: true })).toEqual({ drop: 'opted_out' });
  });
  test.each(['opted_out', 'help'] as const)('gets %s', (kind) => {
    expect(objectionTo(kind, { ...fine, optedOut: true })).toBeNull();
  });
});

describe('in quiet hours', () => {
  test.each(['recall', 'reminder', 'close'] as const)('a %s goes, for the guest has asked for it', (kind) => {
    expect(objectionTo(kind, { ...fine, quietUntil })).toBeNull();
  });
  test.each(['recall', 'reminder', 'close'] as const)('a %s is dropped where the venue says so', (kind) => {
    expect(objectionTo(kind, { ...fine, quietUntil, holdCalls: true })).toEqual({ drop: 'quiet_hours' });
  });
  test.each([true, false])('a souvenir waits for the morning, calls held or not: %s', (holdCalls) => {
    const held = { hold: 'quiet_hours', until: quietUntil };
    expect(objectionTo('souvenir', { ...fine, quietUntil, holdCalls })).toEqual(held);
  });
});

test('each text is needed in the state that it speaks of', () => {
  const needed = (kind: (typeof messageKinds)[number]) =>
    gameStates.filter((state) => isNeeded(kind, { state }));
  expect(needed('recall')).toEqual(['recalled']);
  expect(needed('reminder')).toEqual(['recalled']);
  expect(needed('close')).toEqual(['queued']);
  expect(needed('souvenir')).toEqual(['completed']);
  for (const kind of answers) expect(needed(kind)).toEqual(gameStates);
});

test('calls go before answers, those before notices', () => {
  expect(messageKinds.toSorted((a, b) => manners[a].priority - manners[b].priority)).toEqual([
    'recall',
    'reminder',
    ...answers,
    'close',
    'souvenir',
  ]);
});
