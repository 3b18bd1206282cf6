import { expect, test } from 'vitest';
import { GameInput } from '../../../appliance/contract/games.ts';
import { mayBeShown } from '../../../appliance/src/modules/players/names-that-may-be-shown.ts';
import { toE164 } from '../../../appliance/src/modules/players/phone-numbers.ts';
import { type Guest, makeGuest } from './guests.ts';
import { firstNames } from './names.ts';
import { createRandomness } from './randomness.ts';

const random = createRandomness(11);
const crowd = { run: 'abc123', attractions: ['derby', 'pong'], year: 2026 } as const;
const guests = Array.from({ length: 2_000 }, (_, number) => makeGuest(number, crowd, random));
const share = (is: (guest: Guest) => boolean) => guests.filter(is).length / guests.length;

test('every guest may sign up: the contract takes them, their number can be texted, their name be shown', () => {
  for (const { attraction, details, partySize } of guests) {
    GameInput.parse({ attraction, player: details, party_size: partySize });
    if (details.phone !== undefined) expect(toE164(details.phone, 'US')).not.toBeNull();
  }
  expect(firstNames.filter((name) => !mayBeShown(name))).toEqual([]);
});

test('a minor comes with a guardian, and only those with a phone agree to texts', () => {
  for (const { details } of guests) {
    if (details.birth_year !== undefined) expect(details.consent?.guardian).toBe(true);
    if (details.consent?.sms) expect(details.phone).toBeDefined();
  }
});

test('a venue sees all sorts: without phone, with photo, no-shows, cancellations, more time, groups', () => {
  expect(share(({ details }) => details.phone === undefined)).toBeCloseTo(0.2, 1);
  expect(share(({ details }) => details.consent?.photo === true)).toBeCloseTo(0.35, 1);
  expect(share(({ partySize }) => partySize > 1)).toBeCloseTo(0.6, 1);
  for (const kind of ['never_comes', 'gives_up', 'comes_later', 'comes'] as const) {
    expect(share(({ intention }) => intention.kind === kind)).toBeGreaterThan(0.04);
  }
  expect(new Set(guests.map(({ details }) => details.name)).size).toBe(new Set(firstNames).size);
});

test('no two guests of all runs have the same address', () => {
  expect(new Set(guests.map(({ details }) => details.email)).size).toBe(guests.length);
});
