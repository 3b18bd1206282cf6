import { expect, test } from 'vitest';
import { Name } from './common.ts';

test.each([
  ['  Ana \t María ', 'Ana María'],
  ['e\u0301lise', '\u00e9lise'],
  ['\u202eevil', 'evil'],
  ['Ana\u2066 \u200fB', 'Ana B'],
  [`Z${'\u0301'.repeat(9)}`, `\u0179${'\u0301'.repeat(8)}`],
  ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['שָׁלוֹם', 'שָׁלוֹם'.normalize('NFC')],
])('a name is kept as it will be shown: %j is %j', (given, kept) => expect(Name.parse(given)).toBe(kept));

test.each([
  ['nothing', ''],
  ['white space', ' \u00a0\u3000'],
  ['a Hangul filler', '\u3164'],
  ['a half-width filler', '\uffa0'],
  ['a Braille cell without dots', '\u2800\u2800'],
  ['a zero-width space', '\u200b'],
  ['directions', '\u202e\u2066'],
  ['marks on nothing', '\u0301'],
  ['a heap of marks', `Z${'\u0301'.repeat(10)}`],
  ['half a character', 'a\ud800'],
  ['a control character', 'a\u0007'],
])('%s is no name', (_what, given) => expect(Name.safeParse(given).success).toBe(false));
