import { afterEach, expect, test } from 'vitest';
import { aText, aTwilioVenue, guest, type TwilioVenue } from './testing/twilio-venue.ts';

let venue: TwilioVenue;
afterEach(() => venue.stop());

const taken = { kind: 'cut', accepts: true } as const;
const lost = { kind: 'cut', accepts: false } as const;
const unknown = { state: 'unknown', reason: 'no_answer', reference: null };
const notTaken = { state: 'refused', reason: 'not_taken', retry: true };

/** A text whose handing over ended without an answer. */
async function unclear(mishap: typeof taken | typeof lost, text = aText()) {
  venue.standIn.next(mishap);
  const at = venue.clock.now();
  expect(await venue.send(text)).toEqual(unknown);
  return { text, at };
}

test('finds a text that was taken, at once, and then follows it', async () => {
  venue = await aTwilioVenue({ course: [['delivered', 30_000]] });
  venue.listen();
  await venue.passes(1_000);
  const { text, at } = await unclear(taken);
  const reference = venue.standIn.accepted()[0]?.sid;
  expect(await venue.lookUp(text, at)).toEqual({ state: 'taken', reference });
  await venue.passes(60_000);
  expect(venue.reports).toEqual([{ reference, state: 'delivered', reason: null }]);
});

test('finds one that still waits to be sent, and so has no date of sending', async () => {
  venue = await aTwilioVenue({ course: [] });
  const { text, at } = await unclear(taken);
  await venue.passes(300_000, 10_000);
  expect(venue.standIn.accepted()[0]?.sentAt).toBeNull();
  expect(await venue.lookUp(text, at)).toMatchObject({ state: 'taken' });
});

test('says that a text was not taken when Twilio does not know it after a minute', async () => {
  venue = await aTwilioVenue();
  venue.listen();
  await venue.passes(1_000);
  const { text, at } = await unclear(lost);
  await venue.passes(59_000);
  expect(await venue.lookUp(text, at)).toEqual(unknown);
  await venue.passes(1_000);
  expect(await venue.lookUp(text, at)).toEqual(notTaken);
});

test('waits for two when Twilio was away meanwhile: what was on its way may still arrive', async () => {
  venue = await aTwilioVenue();
  venue.listen();
  await venue.passes(1_000);
  const { text, at } = await unclear(lost);
  await venue.standIn.goOffline();
  await venue.passes(50_000);
  await venue.standIn.comeBack();
  await venue.passes(50_000);
  expect(await venue.lookUp(text, at)).toEqual(unknown);
  await venue.passes(20_000);
  expect(await venue.lookUp(text, at)).toEqual(notTaken);
});

test.each([
  ['is not reached', () => venue.standIn.goOffline()],
  ['is answered for by a gate', () => venue.standIn.refuseAll(200)],
  ['fails', () => venue.standIn.refuseAll(503)],
])('says nothing for as long as Twilio %s', async (_case, happens) => {
  venue = await aTwilioVenue();
  const { text, at } = await unclear(lost);
  await happens();
  await venue.passes(600_000, 10_000);
  expect(await venue.lookUp(text, at)).toEqual(unknown);
});

test('takes no other text for it: other words, another number, an older one, one that came in', async () => {
  venue = await aTwilioVenue();
  const text = aText();
  await venue.aCarrier().send(text);
  await venue.passes(120_000);
  await venue.send({ ...text, id: 'other-words', body: 'Something else' });
  await venue.send({ ...text, id: 'other-number', to: '+15557654321' });
  venue.standIn.receive(guest, text.body);
  const { at } = await unclear(lost, { ...text, id: 'the-same-later' });
  expect(await venue.lookUp({ ...text, id: 'the-same-later' }, at)).toEqual(unknown);
});

test('keeps apart two texts with the same words to the same number', async () => {
  venue = await aTwilioVenue();
  venue.listen();
  await venue.passes(1_000);
  const text = aText();
  const first = await venue.send({ ...text, id: 'first' });
  const { at } = await unclear(taken, { ...text, id: 'second' });
  const third = await unclear(lost, { ...text, id: 'third' });
  const second = await venue.lookUp({ ...text, id: 'second' }, at);
  expect(second).toEqual({ state: 'taken', reference: venue.standIn.accepted()[1]?.sid });
  expect(second).not.toEqual(first);
  await venue.passes(60_000);
  expect(await venue.lookUp(third.text, third.at)).toEqual(notTaken);
});

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
])('does not mind that the clock of the venue is %s', async (_case, ms) => {
  venue = await aTwilioVenue({ aheadMs: -ms });
  venue.listen();
  await venue.passes(1_000);
  const { text, at } = await unclear(taken);
  expect(await venue.lookUp(text, at)).toMatchObject({ state: 'taken' });
  const other = await unclear(lost);
  await venue.passes(60_000);
  expect(await venue.lookUp(other.text, other.at)).toEqual(notTaken);
});

test.each([
  ['forward', 7_200_000],
  ['back', -7_200_000],
])('does not mind that the clock is set %s when the internet returns', async (_case, ms) => {
  venue = await aTwilioVenue();
  const { text, at } = await unclear(taken);
  venue.clock.stepWall(ms);
  expect(await venue.lookUp(text, at)).toMatchObject({ state: 'taken' });
});

test.each([
  ['', 0],
  [' and the clock was set back', -7_200_000],
])(
  'knows a text from before a restart%s, and is in no hurry to say that there is none',
  async (_case, ms) => {
    venue = await aTwilioVenue();
    const { text, at } = await unclear(taken);
    const other = await unclear(lost);
    await venue.passes(30_000);
    venue.clock.stepWall(ms);
    const restarted = venue.aCarrier();
    expect(await restarted.lookUp(text, at)).toMatchObject({ state: 'taken' });
    await venue.passes(119_000);
    expect(await restarted.lookUp(other.text, other.at)).toEqual(unknown);
    await venue.passes(1_000);
    expect(await restarted.lookUp(other.text, other.at)).toEqual(notTaken);
  },
);

test('after a restart takes no text that the outbox knows to be another', async () => {
  venue = await aTwilioVenue();
  const text = aText();
  const { reference } = (await venue.send({ ...text, id: 'first' })) as { reference: string };
  const { at } = await unclear(lost, { ...text, id: 'second' });
  const restarted = venue.aCarrier();
  const second = () => restarted.lookUp({ ...text, id: 'second' }, at, null, [reference]);
  expect(await second()).toEqual(unknown);
  await venue.passes(120_000);
  expect(await second()).toEqual(notTaken);
});

test('with a reference asks for that message alone', async () => {
  venue = await aTwilioVenue({ course: [] });
  const text = aText();
  const { reference } = (await venue.send(text)) as { reference: string };
  expect(await venue.lookUp(text, venue.clock.now(), reference)).toEqual({ state: 'taken', reference });
  expect(venue.standIn.requests.at(-1)).toMatch(/^GET .*\/Messages\/SM[0-9a-f]{32}\.json$/u);
  expect(await venue.lookUp(text, venue.clock.now(), 'SM1')).toEqual(notTaken);
  venue.standIn.refuseAll(404);
  expect(await venue.lookUp(text, venue.clock.now(), reference)).toEqual({ ...unknown, reference });
});

test('looks through every page', async () => {
  venue = await aTwilioVenue({ course: [['sent', 1]] });
  const { text, at } = await unclear(taken);
  for (let more = 0; more < 130; more += 1) venue.standIn.receive('+15550009999', `${more}`, guest);
  await venue.passes(1_000);
  for (let more = 0; more < 130; more += 1) venue.standIn.receive('+15550009999', `${more}`, guest);
  expect(await venue.lookUp(text, at)).toMatchObject({ state: 'taken' });
});
