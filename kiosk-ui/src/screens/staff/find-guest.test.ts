import { expect, it } from 'vitest';
import { isMeant } from './find-guest.ts';

const guest = (name: string, phone: string | null = null) => ({
  ticket: 'A042',
  player: { id: 'p', name, phone, email: null, has_photo: false },
});

it.each([
  ['', 'Ana', true],
  ['a042', 'Ana', true],
  ['042', 'Ana', true],
  ['zoe', 'Zoë', true],
  ['ZOË m', 'Zoë Martin', true],
  ['martin zoe', 'Zoë Martin', true],
  ['שלום', 'שלום', true],
  ['محمد', 'مُحَمَّد', true],
  ['bob', 'Ana', false],
  ['ana 43', 'Ana', false],
])('"%s" finds %s: %s', (words, name, found) => expect(isMeant(guest(name), words)).toBe(found));

it('finds a number however it is written', () => {
  const ana = guest('Ana', '+12025550142');
  for (const words of ['555 0142', '(202) 555-0142', '0142']) expect(isMeant(ana, words)).toBe(true);
  expect(isMeant(ana, '555 9999')).toBe(false);
  expect(isMeant(guest('Ana'), '5550142')).toBe(false);
});
