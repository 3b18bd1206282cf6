import { expect, test } from 'vitest';
import { usernameKey } from './usernames.ts';

test.each([
  ['Ana', 'ana'],
  ['ÉLODIE', 'élodie'],
  ['e\u0301lodie', 'élodie'],
  ['ＡＮＡ', 'ana'],
  ['ﬁna', 'fina'],
  ['ОЛЬГА', 'ольга'],
])('%s and %s are one name', (a, b) => expect(usernameKey(a)).toBe(usernameKey(b)));

test.each([
  ['ana', 'аna'],
  ['ana', 'ana1'],
  ['zoe', 'zoë'],
])('%s and %s are two', (a, b) => expect(usernameKey(a)).not.toBe(usernameKey(b)));
