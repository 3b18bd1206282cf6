import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { startTwilioStandIn, type TwilioStandIn, type TwilioStandInOptions } from './twilio-stand-in.ts';

const guest = '+15551234567';
let clock: FakeClock;
let standIn: TwilioStandIn;

const start = async (options: TwilioStandInOptions = {}) => {
  standIn = await startTwilioStandIn({ clock, ...options });
};
beforeEach(() => {
  clock = createFakeClock();
});
afterEach(() => standIn.stop());

async function call(path: string, init: RequestInit = {}, secret = standIn.account.authToken) {
  const { accountSid } = standIn.account;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${secret}`).toString('base64')}`;
  const response = await fetch(`${standIn.url}/2010-04-01/Accounts/${accountSid}${path}`, {
    ...init,
    headers: { authorization, ...init.headers },
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it asserts
  const body: any = await response.json();
  return { status: response.status, headers: response.headers, body };
}
const send = (fields: Record<string, string> = {}, init: RequestInit = {}) =>
  call('/Messages.json', {
    method: 'POST',
    body: new URLSearchParams({ To: guest, From: '+15005550006', Body: 'Hello', ...fields }),
    ...init,
  });

describe('a request to send', () => {
  test('is taken, under a sid of its own, and then takes its course', async () => {
    await start();
    const one = await send();
    const two = await send();
    expect(one.status).toBe(201);
    expect(one.body).toMatchObject({
      to: guest,
      from: '+15005550006',
      body: 'Hello',
      status: 'queued',
      direction: 'outbound-api',
      date_created: 'Mon, 01 Jun 2026 12:00:00 +0000',
      date_sent: null,
      error_code: null,
    });
    expect(one.body.sid).toMatch(/^SM[0-9a-f]{32}$/u);
    expect(two.body.sid).not.toBe(one.body.sid);
    expect(standIn.timesAccepted(guest, 'Hello')).toBe(2);
    expect(standIn.mostAccepted()).toBe(2);

    const statuses = [];
    for (let step = 0; step < 10; step += 1) {
      statuses.push((await call(`/Messages/${one.body.sid}.json`)).body.status);
      await clock.advance(100);
    }
    expect([...new Set(statuses)]).toEqual(['queued', 'sending', 'sent']);
    await clock.advance(1_000);
    expect((await call(`/Messages/${one.body.sid}.json`)).body.status).toBe('delivered');
  });

  test.each([
    ['no number', { To: '' }, 21604],
    ['a number that is none', { To: '5551234' }, 21211],
    ['no words', { Body: '' }, 21602],
    ['too many words', { Body: 'x'.repeat(1_601) }, 21617],
    ['the number of somebody else', { From: '+15550000000' }, 21606],
    ['an unknown service', { MessagingServiceSid: 'MG1' }, 21701],
    ['a validity beyond its range', { ValidityPeriod: '36001' }, 30024],
    ['a validity of nothing', { ValidityPeriod: '0' }, 30024],
    ['an address that is none', { StatusCallback: 'venue' }, 21609],
  ])('is refused with %s', async (_case, fields, code) => {
    await start();
    expect(await send(fields)).toMatchObject({ status: 400, body: { code, status: 400 } });
    expect(standIn.accepted()).toEqual([]);
  });

  test('is refused in JSON, for it must be a form, and without a sender', async () => {
    await start();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ To: guest, From: '+15005550006', Body: 'Hello' });
    expect(await send({}, { body, headers })).toMatchObject({ status: 400, body: { code: 21604 } });
    const noSender = new URLSearchParams({ To: guest, Body: 'Hello' });
    expect(await send({}, { body: noSender })).toMatchObject({ status: 400, body: { code: 21603 } });
  });

  test('is refused with another secret', async () => {
    await start();
    expect(await call('.json', {}, 'wrong')).toMatchObject({ status: 401, body: { code: 20003 } });
    expect(await call('.json')).toMatchObject({ status: 200, body: { status: 'active' } });
  });

  test('is refused to whom has opted out', async () => {
    await start();
    standIn.receive(guest, ' Stop ');
    expect(await send()).toMatchObject({ status: 400, body: { code: 21610 } });
  });

  test('is refused when there are too many in a second', async () => {
    await start({ requestsPerSecond: 2 });
    const statuses = [];
    for (let sent = 0; sent < 4; sent += 1) statuses.push((await send()).status);
    expect(statuses).toEqual([201, 201, 429, 429]);
    expect((await send()).headers.get('retry-after')).toBe('1');
    await clock.advance(1_000);
    expect((await send()).status).toBe(201);
  });
});

describe('the list', () => {
  beforeEach(async () => {
    await start({ course: [['sent', 1]] });
    for (let day = 0; day < 3; day += 1) {
      for (const Body of ['a', 'b']) await send({ Body });
      standIn.receive(guest, 'c');
      await clock.advance(24 * 3_600_000);
    }
    await send({ Body: 'waits' });
  });
  const bodies = (page: { messages: { body: string }[] }) => page.messages.map(({ body }) => body);

  test('is newest first, what waits to be sent last', async () => {
    const { body } = await call('/Messages.json');
    expect(body.messages).toHaveLength(10);
    expect(body.messages[0]?.date_sent).toMatch(/^Wed, 03 Jun 2026/u);
    expect(body.messages.at(-1)).toMatchObject({ body: 'waits', date_sent: null });
  });

  test.each([
    ['To=%2B15005550006', ['c', 'c', 'c']],
    ['From=%2B15005550006&DateSent%3E=2026-06-03', ['a', 'b']],
    ['DateSent%3C=2026-06-01T12:00:00Z', ['a', 'b', 'c']],
    ['To=%2B15550000000', []],
  ])('is filtered by %s', async (query, expected) => {
    const { body } = await call(`/Messages.json?${query}`);
    expect(bodies(body).toSorted()).toEqual(expected);
  });

  test('comes in pages that lead to one another', async () => {
    const sizes = [];
    let next: string | null = '/Messages.json?PageSize=4';
    while (next !== null) {
      const { body } = await call(next);
      sizes.push(body.messages.length);
      next = body.next_page_uri?.replace(/^.*(?=\/Messages\.json)/u, '') ?? null;
    }
    expect(sizes).toEqual([4, 4, 2]);
    expect((await call('/Messages.json?PageSize=1001')).status).toBe(400);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['an error before', { kind: 'answer', accepts: false, status: 500, code: 20500 }, 500, 0],
    ['an error after', { kind: 'answer', accepts: true, status: 500, code: 20500 }, 500, 1],
    ['a refusal', { kind: 'answer', accepts: false, status: 400, code: 21610 }, 400, 0],
  ] as const)('may be %s the text is taken', async (_case, mishap, status, times) => {
    await start();
    standIn.next(mishap);
    expect((await send()).status).toBe(status);
    expect(standIn.timesAccepted(guest, 'Hello')).toBe(times);
    expect((await send()).status).toBe(201);
  });

  test.each([true, false])('may be a cut (after it was taken: %s)', async (accepts) => {
    await start();
    standIn.always({ kind: 'cut', accepts });
    await expect(send()).rejects.toThrow();
    expect(standIn.accepted()).toHaveLength(accepts ? 1 : 0);
    standIn.always(undefined);
    expect((await send()).status).toBe(201);
  });

  test('may be that it takes its time', async () => {
    await start();
    standIn.next({ kind: 'slow', ms: 10_000 });
    const sending = send();
    while (standIn.accepted().length === 0) await new Promise(setImmediate);
    await clock.advance(10_000);
    expect((await sending).status).toBe(201);
  });

  test('may be that there is no way to it', async () => {
    await start();
    await standIn.goOffline();
    await expect(send()).rejects.toThrow();
    await standIn.comeBack();
    expect((await send()).status).toBe(201);
  });
});
