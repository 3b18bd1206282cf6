import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayName, initials, needsGuardian } from './players.ts';

describe('what public screens show of a name', () => {
  test.each([
    ['Ana', 'A.', 'Ana'],
    ['Ana María Pérez', 'A. P.', 'Ana P.'],
    ['zoë', 'Z.', 'zoë'],
    ['élodie durand', 'É. D.', 'élodie D.'],
    ['Ωmega Κώστα', 'Ω. Κ.', 'Ωmega Κ.'],
    ['Ольга Петрова', 'О. П.', 'Ольга П.'],
    ['محمد علي', 'م. ع.', 'محمد ع.'],
    ['שלום כהן', 'ש. כ.', 'שלום כ.'],
    ['田中 花子', '田. 花.', '田中 花.'],
    ['김 민준', '김. 민.', '김 민.'],
    ['ธนา ใจดี', 'ธ. ใ.', 'ธนา ใ.'],
    ['नमिता शर्मा', 'न. श.', 'नमिता श.'],
    ['e\u0301lise', 'E\u0301.', 'e\u0301lise'],
    ['👩‍👩‍👧‍👦 Smith', '👩‍👩‍👧‍👦. S.', '👩‍👩‍👧‍👦 S.'],
    ['🇺🇸 Fan', '🇺🇸. F.', '🇺🇸 F.'],
    ['👍🏽', '👍🏽.', '👍🏽'],
    ['Jean-Luc', 'J.', 'Jean-Luc'],
    ["O'Neil", 'O.', "O'Neil"],
    ['ß', 'SS.', 'ß'],
    ['istanbul izmir', 'I. I.', 'istanbul I.'],
    ['  Ana   Pérez  ', 'A. P.', 'Ana P.'],
  ])('%s: %s on the board, %s on the leaderboard', (name, letters, shown) => {
    expect(initials(name)).toBe(letters);
    expect(displayName(name)).toBe(shown);
  });

  test('a name is never torn within a character, whatever the script', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => !/\s/u.test(text));
    fc.assert(
      fc.property(word, word, (first, last) => {
        expect(initials(`${first} ${last}`).isWellFormed()).toBe(true);
        expect(displayName(`${first} ${last}`).startsWith(`${first} `)).toBe(true);
      }),
    );
  });
});

describe('a guardian is asked', () => {
  const today = new Date(Date.UTC(2026, 5, 1));
  test.each([
    [2026, true],
    [2014, true],
    [2013, true],
    [2012, false],
    [1950, false],
    [2200, true],
  ])('of somebody born in %i: %s', (year, asked) => expect(needsGuardian(year, today)).toBe(asked));
  test('of nobody whose year is not known', () => {
    expect(needsGuardian(null, today)).toBe(false);
    expect(needsGuardian(undefined, today)).toBe(false);
  });
});
