import { describe, expect, test } from 'vitest';
import type { Exchange } from './twilio-api.ts';
import { handOverOf, troubleIn } from './twilio-endings.ts';

const answer = (status: number, json?: unknown, more: object = {}): Exchange => ({
  status,
  json,
  isMarkup: false,
  retryAfterMs: undefined,
  date: 0,
  ...more,
});
const no = (status: number, code: number, more: object = {}) =>
  answer(status, { code, message: 'as told', status }, more);
const page = { isMarkup: true };
const sid = 'SM0123456789abcdef0123456789abcdef';

describe('a text is taken', () => {
  test.each([
    ['201 with its sid', answer(201, { sid, status: 'queued', error_code: null })],
    ['another success with its sid', answer(200, { sid })],
  ])('by %s', (_case, exchange) => {
    expect(handOverOf(exchange)).toEqual({ state: 'taken', reference: sid });
    expect(troubleIn(exchange)).toBeNull();
  });
});

describe('it is surely not taken, and may be tried again', () => {
  test.each([
    ['nothing was sent', 'not_sent', 'unreachable', 'unreachable'],
    ['Twilio has too much to do', no(429, 20429), 'rate_limited', null],
    ['a gate says so for Twilio', answer(429, undefined, page), 'rate_limited', null],
    ['the queue of the number is full', no(400, 21611), 'rate_limited', null],
    ['a page comes where Twilio says 201', answer(200, undefined, page), 'not_twilio', 'not_twilio'],
    ['a gate sends elsewhere', answer(302), 'not_twilio', 'not_twilio'],
    ['a gate forbids', answer(403, undefined, page), 'not_twilio', 'not_twilio'],
    ['a gate forbids in JSON', answer(403, { error: 'blocked' }), 'not_twilio', 'not_twilio'],
    ['a proxy wants a sign-in', answer(407, undefined, page), 'not_twilio', 'not_twilio'],
    ['a network wants a sign-in', answer(511, undefined, page), 'not_twilio', 'not_twilio'],
  ] as const)('when %s', (_case, exchange, reason, trouble) => {
    expect(handOverOf(exchange)).toEqual({ state: 'refused', reason, retry: true });
    expect(troubleIn(exchange)).toBe(trouble);
  });

  test('not before Twilio says', () => {
    expect(handOverOf(no(429, 20429, { retryAfterMs: 7_000 }))).toMatchObject({ retryAfterMs: 7_000 });
  });
});

describe('it is refused for good', () => {
  test.each([
    [400, 21211, 'invalid_number'],
    [400, 21614, 'not_a_mobile'],
    [400, 21408, 'region_not_allowed'],
    [400, 21606, 'bad_sender'],
    [400, 21608, 'unverified_number'],
    [400, 21617, 'too_long'],
    [429, 63038, 'daily_limit'],
    [400, 99999, 'rejected'],
    [404, 20404, 'rejected'],
    [401, 20003, 'credentials'],
    [403, 20005, 'credentials'],
    [403, 99999, 'credentials'],
  ])('by %i with code %i', (status, code, reason) => {
    expect(handOverOf(no(status, code))).toEqual({ state: 'refused', reason, retry: false });
    expect(troubleIn(no(status, code))).toBe(reason === 'credentials' ? reason : null);
  });

  test('by a number that wants no texts, which is told apart', () => {
    const refused = { state: 'refused', reason: 'opted_out', retry: false, optedOut: true };
    expect(handOverOf(no(400, 21610))).toEqual(refused);
  });
});

describe('nobody can tell', () => {
  test.each([
    ['when no answer came', 'lost', 'no_answer', 'unreachable'],
    ['when Twilio failed, in its own words', no(500, 20500), 'server_error', 'server_error'],
    ['when Twilio is not there, in its own words', no(503, 20503), 'server_error', 'server_error'],
    ['when a gate lost the answer', answer(502, undefined, page), 'server_error', 'server_error'],
    ['when a gate waited too long', answer(504, undefined, page), 'server_error', 'server_error'],
    ['when a success is empty', answer(201), 'unreadable_answer', 'not_twilio'],
    ['when a success is cut or garbled', answer(201, undefined, page), 'unreadable_answer', 'not_twilio'],
    ['when a success names no message', answer(201, { status: 'queued' }), 'unreadable_answer', null],
    ['when its name is none', answer(201, { sid: '../x' }), 'unreadable_answer', null],
    ['when a success is no object', answer(200, []), 'unreadable_answer', null],
  ] as const)('%s', (_case, exchange, reason, trouble) => {
    expect(handOverOf(exchange)).toEqual({ state: 'unknown', reason, reference: null });
    expect(troubleIn(exchange)).toBe(trouble);
  });
});
