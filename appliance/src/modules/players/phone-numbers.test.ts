import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskedPhone, toE164 } from './phone-numbers.ts';

describe('from a venue in the US', () => {
  test.each([
    ['(415) 555-0123'],
    ['415.555.0123'],
    ['415 555 0123'],
    ['4155550123'],
    ['1-415-555-0123'],
    ['+1 415 555 0123'],
    ['+1 (415) 555-0123'],
    ['+14155550123'],
    ['0014155550123'],
    ['011 1 415 555 0123'],
    ['  415-555-0123  '],
    ['+1 415 555 0123'],
    ['４１５５５５０１２３'],
    ['＋１４１５５５５０１２３'],
    ['415‑555‑0123'],
    ['٤١٥٥٥٥٠١٢٣'],
    [' 00 1 415 555 0123'],
  ])('%s is a guest’s number', (written) => expect(toE164(written, 'US')).toBe('+14155550123'));

  test.each([
    ['+44 20 7946 0018', '+442079460018'],
    ['+49 (0)30 901820', '+4930901820'],
    ['+39 06 698 12345', '+390669812345'],
    ['+52 55 1234 5678', '+525512345678'],
    ['+81 3-1234-5678', '+81312345678'],
    ['+972 50-234-5678', '+972502345678'],
  ])('%s is a number of another country', (written, stored) => {
    expect(toE164(written, 'US')).toBe(stored);
  });

  test.each([
    ['nothing', ''],
    ['white space', '   '],
    ['a name', 'Ana'],
    ['a plus alone', '+'],
    ['too few digits', '555-0123'],
    ['too many digits', '4155550123456'],
    ['forty digits', '4'.repeat(40)],
    ['an area code that cannot be', '(015) 555-0123'],
    ['a country that is none', '+999 555 0123'],
    ['an emergency number', '911'],
    ['a short code', '72345'],
    ['a premium number', '1-900-555-0123'],
    ['a premium number of another country', '+44 909 879 0000'],
    ['a shared-cost number', '+44 843 123 4567'],
    ['an extension', '415 555 0123 ext. 45'],
    ['two numbers', '415 555 0123 / 415 555 0124'],
    ['text around it', 'call 415 555 0123 now'],
    ['a NUL within', '415555\u00000123'],
    ['a formula', '=1+4155550123'],
    ['markup', '<b>4155550123</b>'],
    ['a lone surrogate', '415555\ud8000123'],
  ])('%s is refused', (_case, written) => expect(toE164(written, 'US')).toBeNull());
});

test.each([
  ['GB', '020 7946 0018', '+442079460018'],
  ['DE', '030 901820', '+4930901820'],
  ['DE', '0049 30 901820', '+4930901820'],
  ['IT', '06 698 12345', '+390669812345'],
  ['US', '020 7946 0018', null],
])('in %s, %s is %s', (country, written, stored) => expect(toE164(written, country)).toBe(stored));

test('whatever is written, the answer is a number in E.164 or none, and is the same when given again', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789+-(). x٣４#*;=ext'), maxLength: 40 });
  fc.assert(
    fc.property(fc.oneof(digits, fc.string({ unit: 'binary', maxLength: 40 })), (written) => {
      const stored = toE164(written, 'US');
      if (stored === null) return;
      expect(stored).toMatch(/^\+[1-9]\d{6,14}$/u);
      expect(toE164(stored, 'US')).toBe(stored);
    }),
    { numRuns: 500 },
  );
});

test('staff see the last four digits', () => expect(maskedPhone('+14155550123')).toBe('••••0123'));
