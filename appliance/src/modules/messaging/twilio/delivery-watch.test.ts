import { afterEach, expect, test } from 'vitest';
import { aText, aTwilioVenue, type TwilioVenue } from './testing/twilio-venue.ts';

let venue: TwilioVenue;
afterEach(() => venue.stop());

async function sent(): Promise<string> {
  const ending = await venue.send(aText());
  if (ending.state !== 'taken' || ending.reference === null) throw new Error('not taken');
  return ending.reference;
}
const asked = (sid: string) => venue.standIn.requests.filter((line) => line.includes(`/${sid}.json`)).length;

test('a text is followed to its end, each step told once, and then left alone', async () => {
  venue = await aTwilioVenue({
    course: [
      ['sending', 1_000],
      ['sent', 4_000],
      ['delivered', 20_000],
    ],
  });
  venue.listen();
  const reference = await sent();
  await venue.passes(60_000);
  expect(venue.reports).toEqual([
    { reference, state: 'sent', reason: null },
    { reference, state: 'delivered', reason: null },
  ]);
  const requests = asked(reference);
  expect(requests).toBeLessThan(8);
  await venue.passes(60_000);
  expect(asked(reference)).toBe(requests);
});

test.each([
  ['undelivered', 30003, 'phone_unreachable'],
  ['undelivered', 30005, 'invalid_number'],
  ['undelivered', 30006, 'not_a_mobile'],
  ['undelivered', 30007, 'filtered'],
  ['failed', 30034, 'sender_not_registered'],
  ['failed', 30036, 'too_late'],
  ['failed', 21610, 'opted_out'],
  ['undelivered', 30008, 'undelivered'],
  ['canceled', null, 'undelivered'],
])('one that ends as %s (%s) has failed, because of %s', async (status, code, reason) => {
  venue = await aTwilioVenue({ course: [] });
  venue.listen();
  const reference = await sent();
  venue.standIn.report(reference, status, code);
  await venue.passes(10_000);
  expect(venue.reports).toEqual([{ reference, state: 'failed', reason }]);
});

test('one that never ends is asked for less and less, and no more when it cannot matter', async () => {
  venue = await aTwilioVenue({ course: [['sent', 1_000]] });
  venue.listen();
  const reference = await sent();
  await venue.passes(600_000, 10_000);
  expect(asked(reference)).toBeLessThan(20);
  await venue.passes(17 * 60_000, 10_000);
  const requests = asked(reference);
  await venue.passes(300_000, 10_000);
  expect(asked(reference)).toBe(requests);
});

test('nothing is lost while Twilio is away, or while nothing can be stored', async () => {
  venue = await aTwilioVenue({ course: [['delivered', 10_000]] });
  venue.listen();
  await venue.passes(1_000);
  venue.failing.delivery = 3;
  const reference = await sent();
  await venue.standIn.goOffline();
  await venue.passes(120_000);
  expect(venue.reports).toEqual([]);
  await venue.standIn.comeBack();
  await venue.passes(60_000);
  expect(venue.reports).toEqual([{ reference, state: 'delivered', reason: null }]);
});

test('what was sent before a restart is taken up', async () => {
  venue = await aTwilioVenue({
    course: [
      ['sent', 1_000],
      ['delivered', 60_000],
    ],
  });
  const reference = await sent();
  await venue.passes(20_000);
  const restarted = venue.aCarrier();
  restarted.listen();
  await venue.passes(90_000);
  await restarted.stop();
  expect(venue.reports).toEqual([
    { reference, state: 'sent', reason: null },
    { reference, state: 'delivered', reason: null },
  ]);
});

test('after the end nothing is asked any more', async () => {
  venue = await aTwilioVenue({ course: [] });
  venue.listen();
  await sent();
  await venue.passes(5_000);
  await venue.stop();
  const requests = venue.standIn.requests.length;
  await venue.clock.advance(600_000);
  expect(venue.standIn.requests).toHaveLength(requests);
});
