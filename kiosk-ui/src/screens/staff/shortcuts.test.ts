import { describe, expect, it } from 'vitest';
import { type KeyPress, shortcutOf } from './shortcuts.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...held,
});

describe('a shortcut', () => {
  it('is one key, in either case', () => {
    expect(shortcutOf(press('n'), false, true)).toBe('call_next');
    expect(shortcutOf(press('N'), false, true)).toBe('call_next');
    expect(shortcutOf(press('x'), false, true)).toBeUndefined();
  });

  it('is not what somebody types, holds down or says to the browser', () => {
    expect(shortcutOf(press('n'), true, true)).toBeUndefined();
    expect(shortcutOf(press('n', { repeat: true }), false, true)).toBeUndefined();
    expect(shortcutOf(press('n', { ctrlKey: true }), false, true)).toBeUndefined();
  });

  it('can be switched off, but for the help that switches it on', () => {
    expect(shortcutOf(press('n'), false, false)).toBeUndefined();
    expect(shortcutOf(press('?'), false, false)).toBe('help');
  });
});
