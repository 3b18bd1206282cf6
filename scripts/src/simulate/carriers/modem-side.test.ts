import { expect, test } from 'vitest';
import { createAssembly } from './modem-side.ts';

test('the parts of a long text are one text, in whatever order they leave', () => {
  const assembled = createAssembly();
  const part = (to: string, sequence: number, body: string) =>
    assembled({ to, body, part: { concatenation: 7, total: 2, sequence } });
  expect(part('+13125550142', 2, 'two')).toBeUndefined();
  expect(part('+13125550143', 1, 'ONE ')).toBeUndefined();
  expect(part('+13125550142', 1, 'one ')).toBe('one two');
  expect(part('+13125550143', 2, 'TWO')).toBe('ONE TWO');
  expect(assembled({ to: '+13125550142', body: 'short', part: null })).toBe('short');
});
