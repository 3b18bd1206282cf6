import { describe, expect, it } from 'vitest';
import { localPath } from './local-path.ts';

describe('the way back from signing in', () => {
  it('leads to the screen that asked', () => {
    expect(localPath('/rig?station=1')).toBe('/rig?station=1');
  });

  it.each([null, '', 'staff', '//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example'])(
    'never leads to %s',
    (next) => expect(localPath(next)).toBe('/'),
  );
});
