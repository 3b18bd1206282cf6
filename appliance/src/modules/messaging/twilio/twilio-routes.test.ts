import { join } from 'node:path';
import { pino } from 'pino';
import type { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../platform/clock.ts';
import { type Database, openDatabase } from '../../../platform/database/database.ts';
import { readMigrations } from '../../../platform/database/migrations.ts';
import { createHttpApp } from '../../../platform/http/http-app.ts';
import { createHttpMetrics } from '../../../platform/http/http-metrics.ts';
import { createHttpServer, type HttpServer } from '../../../platform/http/http-server.ts';
import { createIdempotency } from '../../../platform/http/idempotency.ts';
import { createServing } from '../../../platform/http/serving.ts';
import { createIds } from '../../../platform/ids.ts';
import { createMetrics } from '../../../platform/metrics.ts';
import { createSealer } from '../../../platform/sealer.ts';
import { createFakeClock } from '../../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../../testing/temporary-directory.ts';
import { startTwilioStandIn, type TwilioStandIn } from '../../../testing/twilio-stand-in.ts';
import type { DeliveryReport, IncomingText } from '../carrier.ts';
import { aText, guest } from './testing/twilio-venue.ts';
import { createTwilioCarrier } from './twilio-carrier.ts';
import { twilioRoutes } from './twilio-routes.ts';
import { twilioSignature } from './twilio-signature.ts';
import type { TwilioWebhooks } from './twilio-webhooks.ts';

/** What a guest's phone or Twilio knows; the appliance itself has another address behind a proxy. */
const publicUrl = 'https://venue.example/north';
const token = 'stand-in-token';
const logger = pino({ level: 'silent' });
const never = new AbortController().signal;

let database: Database;
let metrics: Registry;
let http: HttpServer;
let url: string;
let reports: DeliveryReport[];
let incoming: IncomingText[];
let fails: boolean;
let stops: (() => Promise<void>)[];

beforeEach(() => {
  database = openDatabase({
    directory: aTemporaryDirectory(),
    migrations: readMigrations(join(import.meta.dirname, '../../../../migrations')),
    clock: systemClock,
  });
  metrics = createMetrics();
  reports = [];
  incoming = [];
  fails = false;
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await http.close(0);
  database.close();
});

async function serve(webhooks: TwilioWebhooks | null): Promise<void> {
  const ids = createIds(systemClock);
  const app = createHttpApp({
    routes: twilioRoutes(webhooks),
    clock: systemClock,
    ids,
    logger,
    serve: createServing({
      database,
      idempotency: createIdempotency(createSealer('a secret key of the tests', 'idempotency')),
    }),
    authenticate: async () => null,
    metrics: createHttpMetrics(metrics),
    fallback: () => {},
    tls: false,
    checkReplies: true,
  });
  http = createHttpServer(app, systemClock);
  url = `http://127.0.0.1:${await http.listen(0, '127.0.0.1')}`;
}

/** The routes of a carrier, and unless told otherwise that carrier at work; Twilio itself is out of reach. */
async function aCarrier(options: { apiUrl?: string; publicUrl?: string; isListening?: boolean } = {}) {
  const carrier = createTwilioCarrier({
    accountSid: `AC${'0'.repeat(31)}1`,
    authToken: token,
    from: '+15005550006',
    apiUrl: options.apiUrl ?? 'http://127.0.0.1:1',
    publicUrl: options.publicUrl ?? publicUrl,
    // It stands still: nothing is fetched, so that all that is heard is what was told.
    clock: createFakeClock(),
    logger,
  });
  if (options.isListening ?? true) {
    carrier.start({
      async delivery(report) {
        if (fails) throw new Error('the disk is full');
        reports.push(report);
      },
      async incoming(text) {
        if (fails) throw new Error('the disk is full');
        incoming.push(text);
      },
      changed() {},
    });
  }
  stops.push(carrier.stop);
  return carrier;
}

async function post(
  path: string,
  fields: Record<string, string>,
  { signed = publicUrl + path, secret = token, headers = {} as Record<string, string> } = {},
) {
  const form = new URLSearchParams(fields);
  const response = await fetch(url + path, {
    method: 'POST',
    body: form,
    headers: { 'x-twilio-signature': twilioSignature(secret, signed, form), ...headers },
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers };
}

const statusPath = '/api/twilio/status';
const incomingPath = '/api/twilio/incoming';
const delivered = { MessageSid: 'SM1', MessageStatus: 'delivered', To: guest };
const answered = { MessageSid: 'SM2', From: guest, To: '+15005550006', Body: '1 – 👍', NumMedia: '0' };

describe('what Twilio tells', () => {
  beforeEach(async () => serve((await aCarrier()).webhooks));

  test('of a text’s progress is taken', async () => {
    const told = [
      { ...delivered, MessageStatus: 'queued' },
      { ...delivered, MessageStatus: 'sent' },
      delivered,
      { ...delivered, MessageSid: 'SM3', MessageStatus: 'undelivered', ErrorCode: '30003' },
    ];
    for (const fields of told) expect((await post(statusPath, fields)).status).toBe(204);
    expect(reports).toEqual([
      { reference: 'SM1', state: 'sent', reason: null },
      { reference: 'SM1', state: 'delivered', reason: null },
      { reference: 'SM3', state: 'failed', reason: 'phone_unreachable' },
    ]);
  });

  test('of a text that came in is taken, and answered by TwiML that says nothing', async () => {
    const { status, text, headers } = await post(incomingPath, answered);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(text).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
    expect(incoming).toEqual([{ reference: 'SM2', from: guest, body: '1 – 👍' }]);
  });

  test.each([
    ['of a state nobody knows', statusPath, { ...delivered, MessageStatus: 'pondering' }],
    ['of no message', statusPath, { MessageStatus: 'delivered' }],
    ['of no text', incomingPath, { From: guest, Body: 'x' }],
    ['nothing', statusPath, {}],
  ])('that is signed but tells %s does nothing', async (_case, path, fields) => {
    expect((await post(path, fields)).status).toBeLessThan(300);
    expect([...reports, ...incoming]).toEqual([]);
  });

  test('is not acknowledged before it is stored', async () => {
    fails = true;
    expect((await post(statusPath, delivered)).status).toBe(500);
    expect((await post(incomingPath, answered)).status).toBe(500);
    fails = false;
    expect((await post(incomingPath, answered)).status).toBe(200);
    expect(incoming).toHaveLength(1);
  });

  test.each([
    ['with another secret', { secret: 'guessed' }],
    ['for another address', { signed: 'https://evil.example/api/twilio/status' }],
    ['for the other route', { signed: publicUrl + incomingPath }],
    ['without a signature', { headers: { 'x-twilio-signature': '' } }],
    ['with noise for a signature', { headers: { 'x-twilio-signature': 'AAAA' } }],
  ])('is refused when signed %s, and counted', async (_case, how) => {
    const { status, text } = await post(statusPath, delivered, how);
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ code: 'signature_invalid' });
    expect(reports).toEqual([]);
    expect(await metrics.metrics()).toContain(
      'dugout_http_requests_total{method="POST",route="/api/twilio/status",status="403"} 1',
    );
  });

  test('is refused when its fields were changed on the way', async () => {
    const signature = twilioSignature(token, publicUrl + incomingPath, new URLSearchParams(answered));
    const forged = await post(
      incomingPath,
      { ...answered, Body: 'STOP' },
      { headers: { 'x-twilio-signature': signature } },
    );
    expect(forged.status).toBe(403);
    expect(incoming).toEqual([]);
  });

  test('is judged by the address we gave, whatever host the request names', async () => {
    const signed = `${url}${statusPath}`;
    const headers = { 'x-forwarded-host': 'venue.example', 'x-forwarded-proto': 'https' };
    expect((await post(statusPath, delivered, { signed, headers })).status).toBe(403);
    expect((await post(statusPath, delivered, { headers })).status).toBe(204);
  });

  test('is refused as anything but a form', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await post(statusPath, delivered, { headers })).status).toBe(415);
  });
});

test('what Twilio tells before the carrier listens is acknowledged, and fetched later', async () => {
  await serve((await aCarrier({ isListening: false })).webhooks);
  expect((await post(statusPath, delivered)).status).toBe(204);
  expect((await post(incomingPath, answered)).status).toBe(200);
});

test('nothing is there where texts do not go through Twilio', async () => {
  await serve(null);
  for (const path of [statusPath, incomingPath]) {
    const { status, text } = await post(path, delivered);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: 'not_found' });
  }
});

describe('callbacks of the whole way of a text', () => {
  let standIn: TwilioStandIn;

  test.each([
    ['in_order', ['sent', 'delivered']],
    ['last_first', ['delivered', 'sent']],
    ['twice', ['sent', 'sent', 'delivered', 'delivered']],
  ] as const)('are all taken when they come %s', async (callbacks, states) => {
    let webhooks: TwilioWebhooks | null = null;
    // The routes need the carrier, which needs their address.
    await serve({
      statusUrl: '',
      isGenuine: (...call) => webhooks?.isGenuine(...call) ?? false,
      status: async (form) => webhooks?.status(form),
      incoming: async (form) => webhooks?.incoming(form),
    });
    standIn = await startTwilioStandIn({
      callbacks,
      course: [
        ['sent', 20],
        ['delivered', 20],
      ],
      incomingUrl: url + incomingPath,
    });
    stops.push(standIn.stop);
    const carrier = await aCarrier({ apiUrl: standIn.url, publicUrl: url });
    webhooks = carrier.webhooks;
    const ending = await carrier.send(aText(), never);
    expect(ending.state).toBe('taken');
    await expect.poll(() => reports.map(({ state }) => state), { timeout: 20_000 }).toEqual(states);

    const reference = standIn.receive(guest, '1');
    await standIn.called();
    const times = callbacks === 'twice' ? 2 : 1;
    expect(incoming).toEqual(Array.from({ length: times }, () => ({ reference, from: guest, body: '1' })));
  });
});
