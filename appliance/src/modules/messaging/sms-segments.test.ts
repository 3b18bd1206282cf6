import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { smsSegments } from './sms-segments.ts';

test.each([
  ['nothing', '', 'GSM-7', 1],
  ['160 characters', 'x'.repeat(160), 'GSM-7', 1],
  ['161 characters', 'x'.repeat(161), 'GSM-7', 2],
  ['what fits two segments with their headers', 'x'.repeat(306), 'GSM-7', 2],
  ['one more', 'x'.repeat(307), 'GSM-7', 3],
  ['an escaped character counts twice', `${'x'.repeat(159)}€`, 'GSM-7', 2],
  ['an escaped character is not torn', `${'x'.repeat(152)}€${'x'.repeat(152)}€`, 'GSM-7', 3],
  ['one letter outside of the alphabet', `${'x'.repeat(69)}ë`, 'UCS-2', 1],
  ['and one character more', `${'x'.repeat(70)}ë`, 'UCS-2', 2],
  ['an emoji takes two units', `${'x'.repeat(69)}😀`, 'UCS-2', 2],
  ['an emoji is not torn', `${'x'.repeat(66)}😀${'x'.repeat(66)}`, 'UCS-2', 3],
  ['accents of the alphabet', 'àéèùìòÇØøÅåÄÖÑÜäöñü¿¡§', 'GSM-7', 1],
  ['a right single quotation mark', 'it’s', 'UCS-2', 1],
] as const)('%s', (_case, text, encoding, segments) => {
  expect(smsSegments(text)).toEqual({ encoding, segments });
});

interface Vector {
  text?: string;
  text_repeat: [text: string, times: number];
  encoding: string;
  segments: number;
}

const root = join(import.meta.dirname, '../../../..');
const file = join(root, '../shared/data/sms/vectors.json');
const vectors: Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).segments : [];

describe.skipIf(vectors.length === 0)('the shared vectors, where the shared folder is', () => {
  test('are there', () => expect(vectors.length).toBeGreaterThan(5));
  test.each(vectors)('$text_repeat in $encoding: $segments', ({ text, text_repeat, encoding, segments }) => {
    const [unit, times] = text_repeat;
    expect(smsSegments(text ?? unit.repeat(times))).toEqual({ encoding, segments });
  });
});
