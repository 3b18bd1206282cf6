import { expect, test } from 'vitest';
import { aGameRow } from '../../testing/game-rows.ts';
import { callText, reasonNotToText } from './messaging.ts';
import { smsSegments } from './sms-segments.ts';

const kinds = ['recall', 'reminder'] as const;
const now = 1_000_000;
const textOf = (kind: (typeof kinds)[number], graceSeconds = 180, ticket = 'A042') =>
  callText(kind, {
    site: 'Dugout Labs',
    attraction: 'Home Run Derby',
    game: aGameRow({ ticket, grace_until: now + graceSeconds * 1_000 }),
    now,
  });

test('says where, who and how long', () => {
  expect(textOf('recall')).toBe(
    'Dugout Labs: ticket A042, it is your turn at Home Run Derby! Please come within 3 minutes.',
  );
  expect(textOf('reminder', 60)).toBe(
    'Dugout Labs: ticket A042, we are still waiting for you at Home Run Derby. Please come within 1 minute.',
  );
});

test.each([
  [10, '1 minute'],
  [60, '1 minute'],
  [89, '1 minute'],
  [90, '2 minutes'],
  [86_400, '1440 minutes'],
])('a grace of %i seconds is %s', (seconds, words) => expect(textOf('recall', seconds)).toContain(words));

/** A reply of these opts the guest out at the carrier, so a text must not ask for one. */
const optOuts = /\b(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)\b/iu;

test.each(kinds)('a %s is one segment, without a link and without a word that opts out', (kind) => {
  const longest = textOf(kind, 86_400, 'A10042');
  expect(smsSegments(longest)).toEqual({ encoding: 'GSM-7', segments: 1 });
  expect(longest).not.toMatch(/https?:|www\.|\.\w{2,}\//u);
  expect(longest).not.toMatch(optOuts);
});

test('a text needs a number and a yes', () => {
  const phone = '+14155550123';
  expect(reasonNotToText({ phone }, { sms: true })).toBeNull();
  expect(reasonNotToText({ phone }, { sms: false })).toBe('no_consent');
  expect(reasonNotToText({ phone: null }, { sms: true })).toBe('no_phone');
});
