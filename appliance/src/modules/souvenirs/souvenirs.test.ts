import { describe, expect, it } from 'vitest';
import { availabilityOf, printedDay, typedCode } from './souvenirs.ts';
import type { SouvenirRow } from './souvenirs-tables.ts';

const souvenir = (state: SouvenirRow['state']): SouvenirRow => ({
  game_id: 'a',
  state,
  print: null,
  story: null,
  thumbnail: null,
  photo: null,
  created_at: 0,
  rendered_at: null,
  expires_at: 1000,
});

describe('what a souvenir is to who asks', () => {
  it('is none without a row', () => expect(availabilityOf(undefined, 0)).toBe('none'));
  it.each(['waiting', 'ready', 'failed'] as const)('is %s in its time', (state) =>
    expect(availabilityOf(souvenir(state), 999)).toBe(state),
  );
  it.each(['waiting', 'ready', 'failed', 'expired'] as const)('has expired after it, %s or not', (state) =>
    expect(availabilityOf(souvenir(state), 1000)).toBe('expired'),
  );
  it('comes back when the clock had run ahead', () =>
    expect(availabilityOf(souvenir('expired'), 999)).toBe('waiting'));
});

it('prints the day', () => {
  expect(printedDay('2026-06-04')).toBe('4 June 2026');
});

it('reads a code as it is typed', () => {
  expect(typedCode('K7M2OIL0')).toBe('k7m20110');
});
