import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';
import { defineProblems, Problem } from './errors.ts';

test('names the error and its code', () => {
  expect(describeError(new RangeError('out of bounds'))).toBe('RangeError: out of bounds');
  const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  expect(describeError(missing)).toBe('Error ENOENT: no such file');
});

test('of a problem tells the catalogue’s words and not the detail', () => {
  const kind = { status: 409, title: 'It is taken.', cause: '', remedy: '' };
  const { taken_already } = defineProblems({ taken_already: kind });
  expect(describeError(new Problem(taken_already, 'Ana has it'))).toBe('taken_already: It is taken.');
});

test('tells nothing of what is no error', () => {
  expect(describeError('Ana')).not.toContain('Ana');
});

test.each([
  ['quoted text', 'cannot call "Ana" now', 'cannot call … now'],
  ['an address', 'bounced: ana@example.org (550)', 'bounced: … (550)'],
  ['a phone number', 'no route to +1 (312) 555-0142', 'no route to …'],
  ['all but the first line', 'failed\nAna Ana Ana', 'failed'],
])('masks %s', (_case, message, said) => expect(describeError(new Error(message))).toBe(`Error: ${said}`));

test('masks every text of the payload, whatever its script', () => {
  const payload = JSON.stringify({ name: 'محمد', nested: [{ city: 'Zoëtown' }], n: 5 });
  expect(describeError(new Error('محمد of Zoëtown is not 5'), payload)).toBe('Error: … of … is not 5');
});

test('is short', () => {
  expect(describeError(new Error('x'.repeat(5_000))).length).toBeLessThanOrEqual(200);
});
