import { describe, expect, test } from 'vitest';
import { parseForm } from './request-body.ts';

describe('a form', () => {
  const form = (text: string) =>
    [...parseForm(Buffer.from(text), 'application/x-www-form-urlencoded')].map(([name, value]) => [
      name,
      value,
    ]);

  test.each([
    ['fields in their order, names that repeat included', 'b=1&a=2&b=3', ['b', '1'], ['a', '2'], ['b', '3']],
    ['a plus sign for a space, and an encoded one for itself', 'a=1+2%2B3', ['a', '1 2+3']],
    ['more than ASCII', 'na%C3%AFve=%F0%9F%8E%AE', ['naïve', '🎮']],
    [
      'what is not well-formed, without falling over it',
      'a=%&%zz&=&__proto__=x',
      ['a', '%'],
      ['%zz', ''],
      ['', ''],
      ['__proto__', 'x'],
    ],
    ['bytes that are no UTF-8', 'a=%ff', ['a', '\ufffd']],
  ])('gives %s', (_case, text, ...fields) => expect(form(text)).toEqual(fields));

  test('may be empty', () => expect(form('')).toEqual([]));
  test.each([undefined, '', 'application/json', 'text/plain', 'application/x-www-form-urlencodedx'])(
    'is refused as %s',
    (type) => expect(() => parseForm(Buffer.from('a=b'), type)).toThrow(/type that is not taken/u),
  );
  test('is taken with a charset', () =>
    expect(parseForm(Buffer.from('a=b'), 'Application/X-WWW-Form-Urlencoded; charset=UTF-8').get('a')).toBe(
      'b',
    ));
});
