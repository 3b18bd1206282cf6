import { describe, expect, test } from 'vitest';
import { messageKinds } from '../../../contract/messaging.ts';
import { Language } from '../../../contract/players.ts';
import { smsSegments } from './sms-segments.ts';
import { catalogs, type Facts, textOf, withoutTypography } from './wording.ts';

const languages = Language.options;
const facts: Facts = {
  site: 'Dugout Labs',
  ticket: 'A042',
  attraction: 'Home Run Derby',
  minutes: 3,
  link: 'https://play.example.com/s/k7mq2x9dwt',
};

test('says where, who and how long', () => {
  expect(textOf('recall', 'en', facts, false)).toBe(
    'Dugout Labs: ticket A042, it is your turn at Home Run Derby! Please come within 3 min.',
  );
  expect(textOf('reminder', 'en', facts, true)).toBe(
    'Dugout Labs: ticket A042, we are still waiting for you at Home Run Derby. Please come within 3 min. Reply 1 = coming, 2 = need more time, 9 = leave the list.',
  );
});

/** Segments of each text with usual names, calls with the digits where they fit: the table in `docs/operations`. */
const segments: Readonly<Record<Language, readonly [encoding: string, counts: string]>> = {
  en: ['GSM-7', '1 1 1 1 1 1 1 1 1 1'],
  es: ['GSM-7', '1 1 1 1 1 1 1 1 1 1'],
  fr: ['GSM-7', '1 1 1 1 1 1 1 1 1 1'],
  de: ['GSM-7', '1 1 1 1 1 1 1 1 1 1'],
  ja: ['UCS-2', '1 1 1 2 1 1 1 1 1 1'],
  ar: ['UCS-2', '1 1 1 2 1 1 1 1 1 2'],
};
describe.each(languages)('in %s', (language) => {
  const [encoding, counts] = segments[language];
  test.each(messageKinds.map((kind, index) => [kind, Number(counts.split(' ')[index])] as const))(
    '%s takes %i',
    (kind, count) => {
      expect(smsSegments(textOf(kind, language, facts, true))).toEqual({ encoding, segments: count });
    },
  );

  test('every text says something of its own', () => {
    const texts = Object.values(catalogs[language]);
    expect(new Set(texts).size).toBe(messageKinds.length + 1);
  });

  test('calls have no link, whatever is known', () => {
    for (const kind of ['recall', 'reminder', 'close'] as const)
      expect(textOf(kind, language, facts, true)).not.toMatch(/https?:|www\.|\.\w{2,}\//u);
  });

  /** A reply of these opts the guest out, or in, at the carrier: no answer about the queue may ask for one. */
  test('no answer about the queue is a word that carriers take for their own', () => {
    const aboutTheQueue = messageKinds.filter((kind) => !['opted_out', 'opted_in', 'help'].includes(kind));
    for (const kind of aboutTheQueue)
      expect(textOf(kind, language, facts, true)).not.toMatch(
        /\b(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|yes|start|unstop|arret|remove)\b/iu,
      );
    expect(catalogs[language].replies).toMatch(/1.*2.*9/u);
  });
});

const longNames: Facts = {
  ...facts,
  site: 'River Park Stadium',
  attraction: 'VR Home Run Derby',
  ticket: 'A1042',
  minutes: 1_440,
};

test.each(['en', 'es', 'fr', 'de'] as const)(
  'a call in %s is one segment with long names, too',
  (language) => {
    for (const kind of ['recall', 'reminder'] as const)
      expect(smsSegments(textOf(kind, language, longNames, true))).toEqual({
        encoding: 'GSM-7',
        segments: 1,
      });
  },
);

test('a call names the digits where they fit, and where the guest can answer', () => {
  expect(textOf('recall', 'en', facts, true)).toContain('9 = leave the list');
  expect(textOf('recall', 'en', facts, false)).not.toContain('9 =');
  const longer = { ...facts, site: 'The Grand Riverside Exhibition Centre, Hall 4' };
  expect(textOf('recall', 'en', longer, true)).not.toContain('9 =');
});

test('signs of writing programs do not more than halve what fits into a segment', () => {
  expect(withoutTypography('‘Casey’s’ “Bat–Zone”… 5\u00a0min • go')).toBe(
    `'Casey's' "Bat-Zone"... 5 min - go`,
  );
  const text = textOf('recall', 'en', { ...facts, site: 'Casey’s “Dugout” – Hall 1' }, true);
  expect(smsSegments(text).encoding).toBe('GSM-7');
});

test('a text that speaks of what is not known is an error, not a text with a hole', () => {
  expect(() => textOf('confirmed', 'en', { site: 'Dugout' }, true)).toThrow(/ticket/u);
});
