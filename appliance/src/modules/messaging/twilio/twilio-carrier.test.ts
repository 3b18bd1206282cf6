import { afterEach, describe, expect, test } from 'vitest';
import { aText, aTwilioVenue, guest, type TwilioVenue } from './testing/twilio-venue.ts';

let venue: TwilioVenue;
afterEach(() => venue.stop());

describe('a text', () => {
  test('is handed over with all that Twilio needs to know', async () => {
    venue = await aTwilioVenue({ course: [] });
    const text = aText({ body: 'Ticket A042 – “your turn” at Käfig 🎮 & more=1+1', validForMs: 90_500 });
    const ending = await venue.send(text);
    const [message] = venue.standIn.accepted();
    expect(ending).toEqual({ state: 'taken', reference: message?.sid });
    expect(message).toMatchObject({
      to: guest,
      from: '+15005550006',
      body: text.body,
      validitySeconds: 90,
      statusCallback: null,
      service: null,
    });
  });

  test.each([
    [1, 1],
    [999, 1],
    [36_000_000, 36_000],
    [90_000_000, 36_000],
  ])('that is good for %i ms is so for %i s at Twilio', async (validForMs, seconds) => {
    venue = await aTwilioVenue({ course: [] });
    await venue.send(aText({ validForMs }));
    expect(venue.standIn.accepted()[0]?.validitySeconds).toBe(seconds);
  });

  test('goes through a messaging service when that is the sender', async () => {
    venue = await aTwilioVenue({}, { from: `MG${'0'.repeat(31)}1` });
    expect(await venue.send(aText())).toMatchObject({ state: 'taken' });
    expect(venue.standIn.accepted()[0]?.service).toBe(`MG${'0'.repeat(31)}1`);
  });

  test('names where Twilio reports to, when it can', async () => {
    venue = await aTwilioVenue({ course: [] }, { publicUrl: 'https://venue.example/north/' });
    await venue.send(aText());
    expect(venue.standIn.accepted()[0]?.statusCallback).toBe('https://venue.example/north/api/twilio/status');
  });

  test('is sent all the same when Twilio does not take that address', async () => {
    venue = await aTwilioVenue({ course: [] }, { publicUrl: 'http://localhost:8000' });
    expect(await venue.send(aText())).toEqual({ state: 'refused', reason: 'bad_callback', retry: true });
    expect(await venue.send(aText())).toMatchObject({ state: 'taken' });
  });

  test('that is too long for Twilio is not tried', async () => {
    venue = await aTwilioVenue();
    expect(await venue.send(aText({ body: 'x'.repeat(1_600) }))).toMatchObject({ state: 'taken' });
    const refused = { state: 'refused', reason: 'too_long', retry: false };
    expect(await venue.send(aText({ body: 'x'.repeat(1_601) }))).toEqual(refused);
    expect(venue.standIn.requests).toHaveLength(1);
  });

  test('that is called off before it leaves is not sent', async () => {
    venue = await aTwilioVenue();
    const ending = await venue.send(aText(), AbortSignal.abort());
    expect(ending).toEqual({ state: 'refused', reason: 'interrupted', retry: true });
    expect(venue.standIn.requests).toEqual([]);
  });

  test('to a number that Twilio does not know is refused for good', async () => {
    venue = await aTwilioVenue();
    const refused = { state: 'refused', reason: 'invalid_number', retry: false };
    expect(await venue.send(aText({ to: '5551234' }))).toEqual(refused);
  });

  test('to a number that has opted out at Twilio says so', async () => {
    venue = await aTwilioVenue();
    venue.standIn.receive(guest, 'stop');
    expect(await venue.send(aText())).toMatchObject({
      state: 'refused',
      reason: 'opted_out',
      optedOut: true,
    });
    venue.standIn.receive(guest, 'Start');
    expect(await venue.send(aText())).toMatchObject({ state: 'taken' });
  });

  test('that comes too fast waits as long as Twilio says', async () => {
    venue = await aTwilioVenue({ requestsPerSecond: 3 });
    for (let sent = 0; sent < 3; sent += 1) expect((await venue.send(aText())).state).toBe('taken');
    const refused = { state: 'refused', reason: 'rate_limited', retry: true, retryAfterMs: 1_000 };
    expect(await venue.send(aText())).toEqual(refused);
    expect(venue.health()).toEqual({ available: true, reason: null });
    await venue.clock.advance(1_000);
    expect((await venue.send(aText())).state).toBe('taken');
  });

  test('with wrong credentials is refused, and the carrier is not available', async () => {
    venue = await aTwilioVenue({}, { authToken: 'wrong' });
    expect(await venue.send(aText())).toEqual({ state: 'refused', reason: 'credentials', retry: false });
    expect(venue.health()).toEqual({ available: false, reason: 'credentials' });
  });
});

describe('a text is never sent twice', () => {
  /** An outbox in a few lines: asks again when it may, looks up what it must. */
  async function persist(text = aText(), tries = 60): Promise<void> {
    let at = venue.clock.now();
    let ending = await venue.send(text);
    for (let tried = 0; ending.state !== 'taken' && tried < tries; tried += 1) {
      await venue.passes(10_000, 5_000);
      if (ending.state === 'unknown') ending = await venue.lookUp(text, at, ending.reference);
      else if (!ending.retry) return;
      else {
        at = venue.clock.now();
        ending = await venue.send(text);
      }
    }
    expect(ending.state).toBe('taken');
  }

  test.each([
    ['the answer was cut off', { kind: 'cut', accepts: true }],
    ['the answer was an error of the server', { kind: 'answer', accepts: true, status: 500, code: 20500 }],
    ['the answer was lost by a gate', { kind: 'answer', accepts: true, status: 502 }],
    ['the service was said to be away', { kind: 'answer', accepts: true, status: 503, code: 20503 }],
    ['the answer was garbled', { kind: 'answer', accepts: true, status: 201, body: '{"sid": "SM' }],
  ] as const)('when it was taken and %s', async (_case, mishap) => {
    venue = await aTwilioVenue();
    venue.listen();
    venue.standIn.next(mishap);
    const text = aText();
    await persist(text);
    expect(venue.standIn.timesAccepted(text.to, text.body)).toBe(1);
  });

  test.each([
    ['the request was cut off', { kind: 'cut', accepts: false }],
    ['the answer was an error of the server', { kind: 'answer', accepts: false, status: 500, code: 20500 }],
    ['there was too much to do', { kind: 'answer', accepts: false, status: 429, code: 20429 }],
    ['a gate showed a page', { kind: 'answer', accepts: false, status: 200 }],
  ] as const)('and is sent all the same when it was not taken and %s', async (_case, mishap) => {
    venue = await aTwilioVenue();
    venue.listen();
    venue.standIn.next(mishap);
    const text = aText();
    await persist(text);
    expect(venue.standIn.timesAccepted(text.to, text.body)).toBe(1);
  });

  test.each([
    ['was taken', true],
    ['was not taken', false],
  ])('when no answer comes in time and it %s', async (_case, accepts) => {
    venue = await aTwilioVenue();
    venue.listen();
    await venue.passes(1_000);
    venue.standIn.next({ kind: 'silent', accepts });
    const text = aText();
    const persisting = persist(text);
    await venue.givesUp(1);
    await persisting;
    expect(venue.standIn.timesAccepted(text.to, text.body)).toBe(1);
  });

  test('when forty are sent in a day on which everything happens', async () => {
    venue = await aTwilioVenue();
    venue.listen();
    const mishaps = [
      { kind: 'cut', accepts: true },
      { kind: 'cut', accepts: false },
      { kind: 'answer', accepts: true, status: 500, code: 20500 },
      { kind: 'answer', accepts: false, status: 503 },
      { kind: 'answer', accepts: false, status: 429, code: 20429 },
      { kind: 'answer', accepts: true, status: 200, body: '{}', headers: { 'content-type': 'text/plain' } },
    ] as const;
    for (let sent = 0; sent < 40; sent += 1) {
      const mishap = mishaps[sent % (mishaps.length + 1)];
      if (mishap !== undefined) venue.standIn.next(mishap);
      await persist(aText({ to: `+1555000${String(1_000 + sent)}` }));
    }
    expect(venue.standIn.accepted()).toHaveLength(40);
    expect(venue.standIn.mostAccepted()).toBe(1);
  });
});

describe('health', () => {
  test('is good until Twilio cannot be reached, and again when it can, by itself', async () => {
    venue = await aTwilioVenue();
    venue.listen();
    await venue.passes(1_000);
    await venue.standIn.goOffline();
    expect(await venue.send(aText())).toEqual({ state: 'refused', reason: 'unreachable', retry: true });
    expect(venue.health()).toEqual({ available: false, reason: 'unreachable' });
    expect(venue.availability).toEqual([false]);
    await venue.passes(180_000, 10_000);

    await venue.standIn.comeBack();
    await venue.passes(31_000);
    expect(venue.health()).toEqual({ available: true, reason: null });
    expect(venue.availability).toEqual([false, true]);
    expect(await venue.send(aText())).toMatchObject({ state: 'taken' });
  });

  test('is seen to be bad without a text', async () => {
    venue = await aTwilioVenue();
    await venue.standIn.goOffline();
    venue.listen();
    await venue.passes(1_000);
    expect(venue.health()).toEqual({ available: false, reason: 'unreachable' });
  });

  test.each([
    [200, 'not_twilio'],
    [403, 'not_twilio'],
    [503, 'server_error'],
  ])('is bad while a gate answers %i', async (status, reason) => {
    venue = await aTwilioVenue();
    venue.listen();
    venue.standIn.refuseAll(status);
    await venue.passes(1_000);
    expect(venue.health()).toEqual({ available: false, reason });
    venue.standIn.refuseAll(undefined);
    await venue.passes(31_000);
    expect(venue.health()).toEqual({ available: true, reason: null });
  });

  test('asks at most every half minute while it is bad, and not at all after the end', async () => {
    venue = await aTwilioVenue();
    venue.standIn.refuseAll(503);
    venue.listen();
    await venue.passes(600_000);
    const asked = venue.standIn.requests.length;
    expect(asked).toBeGreaterThanOrEqual(20);
    expect(asked).toBeLessThan(32);
    await venue.stop();
    await venue.clock.advance(120_000);
    expect(venue.standIn.requests).toHaveLength(asked);
  });
});
