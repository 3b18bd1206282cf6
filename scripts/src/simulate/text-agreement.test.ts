import { expect, test } from 'vitest';
import type { GameState } from '../../../appliance/contract/games.ts';
import type { Message } from '../../../appliance/contract/messaging.ts';
import type { TakenText } from './carriers/carrier-side.ts';
import { type TextsKnown, textDisagreements } from './text-agreement.ts';

const noon = Date.parse('2026-07-01T17:00:00.000Z');
const after = (seconds: number) => new Date(noon + seconds * 1_000).toISOString();
const call = 'Labs: ticket A001, it is your turn!';

const aMessage = (id: string, change: Partial<Message> = {}): Message => ({
  id,
  game_id: 'g',
  ticket: 'A001',
  kind: 'recall',
  language: 'en',
  to: '••••0142',
  text: call,
  segments: 1,
  state: 'delivered',
  reason: null,
  carrier: 'twilio',
  attempts: 1,
  next_attempt_at: null,
  created_at: after(0),
  expires_at: after(180),
  sent_at: after(6),
  delivered_at: after(7),
  ...change,
});
const aTaken = (seconds: number, change: Partial<TakenText> = {}): TakenText => ({
  carrier: 'twilio',
  to: '+13125550142',
  body: call,
  at: noon + seconds * 1_000,
  ...change,
});
const found = (
  messages: Message[],
  taken: TakenText[],
  state: GameState = 'completed',
  change: Partial<TextsKnown> = {},
) =>
  textDisagreements(
    { messages, states: new Map([['g', state]]) },
    { taken, carriers: new Set(['twilio', 'modem']), since: noon, isOver: true, ...change },
  );

test('agrees when each text was taken once, in its time, by whichever carrier', () => {
  expect(found([aMessage('1')], [aTaken(6)])).toEqual([]);
  expect(found([aMessage('1', { carrier: 'modem' })], [aTaken(6, { carrier: 'modem' })])).toEqual([]);
});

test('lets a guest who is called twice be texted twice, in the same words', () => {
  const second = { created_at: after(600), expires_at: after(780) };
  expect(found([aMessage('1'), aMessage('2', second)], [aTaken(6), aTaken(606)])).toEqual([]);
});

test('finds a text that both carriers took, also beside one that was never handed over', () => {
  const taken = [aTaken(6), aTaken(8, { carrier: 'modem' })];
  const expected = [`modem took "${call}" once too often`];
  expect(found([aMessage('1')], taken)).toEqual(expected);
  const dropped = aMessage('2', { state: 'dropped', reason: 'not_needed', attempts: 0, carrier: null });
  expect(found([aMessage('1'), dropped], taken)).toEqual(expected);
});

test('finds a text that was taken too late, and one that nobody wrote', () => {
  const late = aMessage('1', { state: 'unknown', reason: 'no_answer' });
  expect(found([late], [aTaken(181)])).toEqual([`twilio took "${call}" outside of its time`]);
  expect(found([late], [aTaken(6, { body: 'Hello' })])).toEqual([
    'twilio took "Hello" and it is not in the outbox',
  ]);
});

test('finds a text that is said to be sent and was not, by carriers that are ours alone', () => {
  expect(found([aMessage('1')], [])).toEqual([`"${call}" is said to be sent, and twilio never took it`]);
  expect(found([aMessage('1')], [], 'completed', { carriers: new Set(['modem']) })).toEqual([]);
  expect(found([aMessage('1')], [], 'completed', { since: noon + 1 })).toEqual([]);
});

test('finds a call that is over and whose text has no end, or none that is explained', () => {
  const waiting = aMessage('1', { state: 'pending', attempts: 0, carrier: null, reason: 'unreachable' });
  expect(found([waiting], [], 'recalled')).toEqual([]);
  expect(found([waiting], [], 'playing')).toEqual([`"${call}" is pending, and its call is over`]);
  expect(found([waiting], [], 'playing', { isOver: false })).toEqual([]);
  const silent = aMessage('1', { state: 'expired', attempts: 0, carrier: null });
  expect(found([silent], [])).toEqual([`"${call}" is expired, and nobody says why`]);
});
