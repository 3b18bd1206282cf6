import { afterEach, expect, test } from 'vitest';
import { aText, aTwilioVenue, guest, type TwilioVenue } from './testing/twilio-venue.ts';

let venue: TwilioVenue;
afterEach(() => venue.stop());

const words = () => venue.incoming.map(({ body }) => body);
const hour = 3_600_000;

test('a text that comes in is heard within fifteen seconds, once', async () => {
  venue = await aTwilioVenue();
  venue.listen();
  await venue.passes(1_000);
  const reference = venue.standIn.receive(guest, '2 – läuft 🎮');
  await venue.passes(15_000);
  expect(venue.incoming).toEqual([{ reference, from: guest, body: '2 – läuft 🎮' }]);
  await venue.passes(120_000);
  expect(venue.incoming).toHaveLength(1);
});

test('those that come together are heard in their order, and no one else’s', async () => {
  venue = await aTwilioVenue({ numbers: ['+15005550006', '+15005550007'] });
  venue.listen();
  await venue.passes(1_000);
  await venue.send(aText());
  for (const body of ['1', '2', '9']) {
    venue.standIn.receive(guest, body);
    venue.standIn.receive(guest, `${body} for another venue`, '+15005550007');
    await venue.passes(2_000);
  }
  await venue.passes(15_000);
  expect(words()).toEqual(['1', '2', '9']);
});

test('a messaging service hears what came in to any of its numbers', async () => {
  const numbers = ['+15005550006', '+15005550007'] as const;
  venue = await aTwilioVenue({ numbers }, { from: `MG${'0'.repeat(31)}1` });
  venue.listen();
  venue.standIn.receive(guest, '1', numbers[0]);
  venue.standIn.receive(guest, '2', numbers[1]);
  await venue.passes(1_000);
  expect(words().toSorted()).toEqual(['1', '2']);
});

test('what came in while the appliance was off is heard after its start, up to a day back', async () => {
  venue = await aTwilioVenue();
  venue.standIn.receive(guest, 'the day before');
  await venue.clock.advance(2 * hour);
  for (let text = 0; text < 240; text += 1) {
    venue.standIn.receive(guest, `text ${text}`);
    await venue.clock.advance(23 * 15_000);
  }
  venue.listen();
  await venue.passes(1_000);
  expect(words()).toEqual(Array.from({ length: 240 }, (_, text) => `text ${text}`));
});

test('what came in while Twilio was out of reach is heard when it is back', async () => {
  venue = await aTwilioVenue();
  venue.listen();
  await venue.passes(1_000);
  await venue.standIn.goOffline();
  await venue.passes(60_000);
  venue.standIn.receive(guest, '1');
  await venue.clock.advance(4 * hour);
  venue.standIn.receive(guest, '2');
  await venue.passes(31_000);
  await venue.standIn.comeBack();
  await venue.passes(31_000);
  expect(words()).toEqual(['1', '2']);
});

test('one that could not be stored is heard again', async () => {
  venue = await aTwilioVenue();
  venue.listen();
  await venue.passes(1_000);
  for (const body of ['1', '2']) venue.standIn.receive(guest, body);
  venue.failing.incoming = 2;
  await venue.passes(60_000);
  expect(words().toSorted()).toEqual(['1', '2']);
});

test.each([
  ['ahead of', -6 * hour],
  ['behind', 6 * hour],
])('it does not mind a clock of the venue %s that of Twilio', async (_case, aheadMs) => {
  venue = await aTwilioVenue({ aheadMs });
  venue.standIn.receive(guest, 'before the start');
  await venue.clock.advance(23 * hour);
  venue.listen();
  await venue.passes(1_000);
  venue.standIn.receive(guest, '1');
  venue.clock.stepWall(-hour);
  await venue.passes(15_000);
  expect(words()).toEqual(['before the start', '1']);
});

test('little is asked for once everything was heard', async () => {
  venue = await aTwilioVenue();
  venue.listen();
  await venue.passes(31_000);
  expect(venue.standIn.requests.at(-1)).toContain('To=%2B15005550006&DateSent%3E=2026-06-01T11%3A50%3A');
});
