import type { Clock } from '../../../platform/clock.ts';
import { failedToConnect } from './connect-errors.ts';

/** From the first packet to the last byte of the answer. Longer than a connection may take to be made (10 s). */
const timeLimitMs = 15_000;
const largestAnswerBytes = 4 * 1024 * 1024;

export interface Answer {
  readonly status: number;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
  readonly isMarkup: boolean;
  /** Undefined when the answer asks for no wait. */
  readonly retryAfterMs: number | undefined;
  /** By the clock of who answered, or by ours where they do not say; epoch milliseconds. */
  readonly date: number;
}

/** An answer, or what is known of a request without one: `not_sent` surely went nowhere, `lost` may have arrived. */
export type Exchange = Answer | 'not_sent' | 'lost';

export interface TwilioApiOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** Before `/2010-04-01`. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Hears how every request ended, but for those that were called off. */
  readonly ended: (exchange: Exchange) => void;
}

export interface TwilioApi {
  get(path: string, signal: AbortSignal): Promise<Exchange>;
  post(path: string, form: URLSearchParams, signal: AbortSignal): Promise<Exchange>;
}

/** Requests to the account at Twilio. `path` is below the account (`/Messages.json`) or what a page names as its next. */
export function createTwilioApi(options: TwilioApiOptions): TwilioApi {
  const { clock, ended } = options;
  const account = `/2010-04-01/Accounts/${options.accountSid}`;
  const base = options.apiUrl.replace(/\/+$/u, '');
  const headers = {
    authorization: `Basic ${Buffer.from(`${options.accountSid}:${options.authToken}`).toString('base64')}`,
    accept: 'application/json',
    // A connection kept from an earlier request may have died unseen, and a text lost on it would be of unknown fate.
    connection: 'close',
  };

  async function exchange(path: string, init: RequestInit, signal: AbortSignal): Promise<Exchange> {
    // Not AbortSignal.any: what it makes is held for as long as the signal of a watch lives, which is always.
    const ending = new AbortController();
    const end = () => ending.abort();
    const cancel = clock.after(timeLimitMs, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const address = base + (path.startsWith(`${account}/`) ? path : account + path);
    let outcome: Exchange;
    try {
      const request = { ...init, headers, redirect: 'manual', signal: ending.signal } as const;
      outcome = await readAnswer(await options.fetch(address, request), clock.now());
    } catch (error) {
      outcome = failedToConnect(error) ? 'not_sent' : 'lost';
    } finally {
      cancel();
      signal.removeEventListener('abort', end);
    }
    if (!signal.aborted) ended(outcome);
    return outcome;
  }

  return {
    get: (path, signal) => exchange(path, { method: 'GET' }, signal),
    post: (path, form, signal) => exchange(path, { method: 'POST', body: form }, signal),
  };
}

async function readAnswer(response: Response, now: number): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largestAnswerBytes) throw new Error('an answer without an end');
    chunks.push(chunk);
  }
  const said = Date.parse(response.headers.get('date') ?? '');
  const date = Number.isNaN(said) ? now : said;
  return {
    status: response.status,
    json: parsed(Buffer.concat(chunks).toString()),
    isMarkup: /\b(html|xml)\b/iu.test(response.headers.get('content-type') ?? ''),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), date),
    date,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9110 section 10.2.3: seconds, or a date, which is taken by the clock of who answered. */
function retryAfterMs(value: string | null, date: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/u.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - date;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
