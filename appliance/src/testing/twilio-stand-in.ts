import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Cancel, type Clock, systemClock } from '../platform/clock.ts';
import { type CallbackOptions, createCallbacks } from './twilio-stand-in-callbacks.ts';
import { newSid, pageOf, resourceOf, type StandInMessage } from './twilio-stand-in-messages.ts';
import {
  type Complaint,
  complaintAbout,
  notFound,
  tooManyRequests,
  wrongCredentials,
  wrongPage,
} from './twilio-stand-in-requests.ts';

/** What goes wrong with a request to send a text; `accepts`: whether the text is taken before it goes wrong. */
export type Mishap =
  | {
      readonly kind: 'answer';
      readonly accepts: boolean;
      readonly status: number;
      /** Twilio's error code, for an answer in its form. */
      readonly code?: number;
      /** Any other body. */
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Answers as usual, but later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Never answers. */
  | { readonly kind: 'silent'; readonly accepts: boolean }
  /** Resets the connection instead of answering. */
  | { readonly kind: 'cut'; readonly accepts: boolean };

export interface TwilioStandInOptions {
  readonly port?: number;
  readonly clock?: Clock;
  /** How far its clock is ahead of `clock`. */
  readonly aheadMs?: number;
  readonly accountSid?: string;
  readonly authToken?: string;
  readonly numbers?: readonly [string, ...string[]];
  readonly service?: string;
  /** Requests in any second; what is more is answered 429. */
  readonly requestsPerSecond?: number;
  /** The course of a text: each state, and how long after the one before. Empty: it stays queued. */
  readonly course?: readonly (readonly [status: string, afterMs: number])[];
  /** Where texts that come in are posted to. */
  readonly incomingUrl?: string;
  /** How callbacks are made. */
  readonly callbacks?: CallbackOptions['order'];
  /** Hears of each text that is taken to be sent. */
  readonly taken?: (message: StandInMessage) => void;
}

const usualCourse = [
  ['sending', 100],
  ['sent', 200],
  ['delivered', 700],
] as const;
const stopWords = new Set('STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT'.split(' '));
const startWords = new Set(['START', 'YES', 'UNSTOP']);

/** Twilio's Messages API on this machine, as strict as the real one, and with everything that can go wrong with it. */
export async function startTwilioStandIn(options: TwilioStandInOptions = {}) {
  const {
    clock = systemClock,
    aheadMs = 0,
    accountSid = `AC${'0'.repeat(31)}1`,
    authToken = 'stand-in-token',
    numbers = ['+15005550006'],
    service = `MG${'0'.repeat(31)}1`,
    course = usualCourse,
    callbacks = 'in_order',
    taken = () => {},
  } = options;
  const messages = new Map<string, StandInMessage>();
  const optedOut = new Set<string>();
  const account = { accountSid, authToken, numbers, service, optedOut };
  const requests: string[] = [];
  const mishaps: Mishap[] = [];
  const timers = new Set<Cancel>();
  const recent: number[] = [];
  let always: Mishap | undefined;
  let refusesAll: number | undefined;
  const calls = createCallbacks({ accountSid, authToken, order: callbacks });

  const now = () => clock.now() + aheadMs;
  const path = `/2010-04-01/Accounts/${accountSid}`;

  function later(ms: number, task: () => void): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      task();
    });
    timers.add(cancel);
  }

  function report(sid: string, status: string, errorCode: number | null = null, isLast = true): void {
    const message = messages.get(sid);
    if (message === undefined) throw new Error(`no message ${sid}`);
    message.status = status;
    message.errorCode = errorCode;
    if (status === 'sent') message.sentAt = now();
    calls.status(message, isLast);
  }

  function follow(message: StandInMessage, step: number): void {
    const next = course[step];
    if (next === undefined) return;
    later(next[1], () => {
      report(message.sid, next[0], null, step === course.length - 1);
      follow(message, step + 1);
    });
  }

  function accept(form: URLSearchParams): StandInMessage {
    const message: StandInMessage = {
      sid: newSid(),
      to: form.get('To') ?? '',
      from: form.get('From') ?? numbers[0],
      service: form.get('MessagingServiceSid'),
      body: form.get('Body') ?? '',
      direction: 'outbound-api',
      createdAt: now(),
      validitySeconds: Number(form.get('ValidityPeriod') ?? 36_000),
      statusCallback: form.get('StatusCallback'),
      sentAt: null,
      status: 'queued',
      errorCode: null,
    };
    messages.set(message.sid, message);
    taken(message);
    follow(message, 0);
    return message;
  }

  function answer(response: ServerResponse, status: number, body: object | string, headers = {}): void {
    const isText = typeof body === 'string';
    response.writeHead(status, {
      date: new Date(now()).toUTCString(),
      'content-type': isText ? 'text/html' : 'application/json',
      ...headers,
    });
    response.end(isText ? body : JSON.stringify(body));
  }
  const complain = (response: ServerResponse, { status, code, message }: Complaint, headers = {}) =>
    answer(
      response,
      status,
      { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
      headers,
    );

  function isSignedIn({ headers: { authorization = '' } }: IncomingMessage): boolean {
    const right = Buffer.from(`Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`);
    const given = Buffer.from(authorization);
    return given.length === right.length && timingSafeEqual(given, right);
  }

  function isTooFast(): boolean {
    const { requestsPerSecond } = options;
    if (requestsPerSecond === undefined) return false;
    while (recent[0] !== undefined && recent[0] <= clock.now() - 1_000) recent.shift();
    if (recent.length >= requestsPerSecond) return true;
    recent.push(clock.now());
    return false;
  }

  async function create(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const isForm = /^application\/x-www-form-urlencoded\b/u.test(request.headers['content-type'] ?? '');
    const form = new URLSearchParams(isForm ? body : '');
    const complaint = complaintAbout(form, account);
    if (complaint !== null) return complain(response, complaint);
    const mishap = mishaps.shift() ?? always;
    if (mishap === undefined) return answer(response, 201, resourceOf(accept(form), accountSid));
    if (mishap.kind === 'slow') {
      const message = accept(form);
      return later(mishap.ms, () => answer(response, 201, resourceOf(message, accountSid)));
    }
    if (mishap.accepts) accept(form);
    if (mishap.kind === 'silent') return;
    if (mishap.kind === 'cut') {
      request.socket.resetAndDestroy();
      return;
    }
    const { status, code, headers } = mishap;
    if (code !== undefined) return complain(response, { status, code, message: 'as told' }, headers);
    answer(response, status, mishap.body ?? '<html><body>Something is wrong</body></html>', headers);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    requests.push(`${method} ${url}`);
    const asked = new URL(url, 'http://stand-in');
    if (refusesAll !== undefined) return answer(response, refusesAll, '<html><body>Down</body></html>');
    if (!isSignedIn(request)) return complain(response, wrongCredentials);
    if (isTooFast()) return complain(response, tooManyRequests, { 'retry-after': '1' });
    if (asked.pathname === `${path}/Messages.json` && method === 'POST') return create(request, response);
    if (method !== 'GET') return complain(response, notFound);
    if (asked.pathname === `${path}.json`) {
      return answer(response, 200, { sid: accountSid, status: 'active', type: 'Full' });
    }
    if (asked.pathname === `${path}/Messages.json`) {
      const page = pageOf([...messages.values()], asked.searchParams, accountSid);
      return page === undefined ? complain(response, wrongPage) : answer(response, 200, page);
    }
    const sid = /\/Messages\/(\w+)\.json$/u.exec(asked.pathname)?.[1] ?? '';
    const message = messages.get(sid);
    return message === undefined
      ? complain(response, notFound)
      : answer(response, 200, resourceOf(message, accountSid));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stopListening = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const port = await listen(options.port ?? 0);

  const accepted = () => [...messages.values()].filter(({ direction }) => direction === 'outbound-api');

  return {
    url: `http://127.0.0.1:${port}`,
    account,
    /** Every request that came, as `GET /path?query`. */
    requests: requests as readonly string[],
    /** Texts that were taken to be sent, in their order. */
    accepted: accepted as () => readonly StandInMessage[],
    /** How often a text was taken. More than once is what must never happen. */
    timesAccepted: (to: string, body: string): number =>
      accepted().filter((message) => message.to === to && message.body === body).length,
    /** How often the text was taken that was taken most often. */
    mostAccepted(): number {
      const counts = Map.groupBy(accepted(), ({ to, body }) => JSON.stringify([to, body]));
      return Math.max(0, ...[...counts.values()].map(({ length }) => length));
    },
    /** The next well-formed requests to send go wrong like this, one after the other. */
    next: (...these: readonly Mishap[]) => void mishaps.push(...these),
    /** All others go wrong like this, or not any more. */
    always(mishap: Mishap | undefined): void {
      always = mishap;
    },
    /** Everything is answered with this status by something that is not Twilio, or not any more. */
    refuseAll(status: number | undefined): void {
      refusesAll = status;
    },
    /** A text gets to another state than its course would have it. */
    report,
    /** A phone sends a text; Twilio's own stop words work as there. */
    receive(from: string, body: string, to = numbers[0]): string {
      const word = body.trim().toUpperCase();
      if (stopWords.has(word)) optedOut.add(from);
      if (startWords.has(word)) optedOut.delete(from);
      const message: StandInMessage = {
        sid: newSid(),
        to,
        from,
        service,
        body,
        direction: 'inbound',
        createdAt: now(),
        validitySeconds: 0,
        statusCallback: null,
        sentAt: now(),
        status: 'received',
        errorCode: null,
      };
      messages.set(message.sid, message);
      const fields = { MessageSid: message.sid, SmsSid: message.sid, From: from, To: to, Body: body };
      if (options.incomingUrl !== undefined) calls.post(options.incomingUrl, { ...fields, NumMedia: '0' });
      return message.sid;
    },
    /** Resolves when the callbacks made so far were answered. */
    called: calls.done,
    /** Nobody reaches it: connections are refused, and those that are open end. */
    goOffline: stopListening,
    async comeBack(): Promise<void> {
      await listen(port);
    },
    async stop(): Promise<void> {
      for (const cancel of timers) cancel();
      if (server.listening) await stopListening();
      await calls.done();
    },
  };
}
export type TwilioStandIn = Awaited<ReturnType<typeof startTwilioStandIn>>;
