import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { Problem } from '../../../appliance/contract/problems.ts';

/** The appliance understood, and said no. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(what: string, status: number, code: string) {
    super(`${what} was refused: ${status} ${code}`);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** Nobody answered in time. What was asked for may have happened or not. */
export class Unanswered extends Error {
  constructor(what: string) {
    super(`${what} was never answered`);
    this.name = 'Unanswered';
  }
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ClientOptions extends Credentials {
  readonly url: string;
  /** Once it is aborted, an appliance that does not answer is given `lastPatienceMs` more. */
  readonly stop: AbortSignal;
  /** Told of every request that had to be sent once more. */
  readonly onRetry: () => void;
}

const attemptMs = 10_000;
const patienceMs = 120_000;
const lastPatienceMs = 3_000;
const longestPauseMs = 3_000;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/**
 * Speaks HTTP as one user. What gets no answer, or an answer that says "not now", is asked again with the same
 * `Idempotency-Key`, so that it happens once however often the appliance restarts. Throws `Refusal` and `Unanswered`.
 */
export function createHttpClient({ url, username, password, stop, onRetry }: ClientOptions) {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  let stoppedAt = stop.aborted ? performance.now() : undefined;
  stop.addEventListener('abort', () => {
    stoppedAt = performance.now();
  });

  async function attempt(
    method: Method,
    path: string,
    headers: Record<string, string>,
    body?: RequestInit['body'],
  ) {
    const signal = AbortSignal.timeout(attemptMs);
    const answer = await fetch(url + path, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: answer.status,
      text: await answer.text(),
      retryAfter: Number(answer.headers.get('retry-after')),
    };
  }

  async function ask(method: Method, path: string, content?: object | Buffer) {
    const what = `${method} ${path}`;
    const headers = {
      authorization,
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
      ...(content === undefined
        ? {}
        : { 'content-type': Buffer.isBuffer(content) ? 'image/jpeg' : 'application/json' }),
    };
    const body = Buffer.isBuffer(content) ? new Uint8Array(content) : JSON.stringify(content);
    const asked = performance.now();
    for (let tries = 0; ; tries += 1) {
      if (tries > 0) onRetry();
      const answer = await attempt(method, path, headers, body).catch(() => null);
      if (answer !== null && answer.status !== 429 && answer.status < 500) return { what, ...answer };
      const now = performance.now();
      if (now - asked > patienceMs || (stoppedAt !== undefined && now - stoppedAt > lastPatienceMs)) {
        throw new Unanswered(what);
      }
      await delay(answer?.retryAfter ? answer.retryAfter * 1000 : pauseMs(tries));
    }
  }

  async function call<Reply extends z.ZodType>(
    method: Method,
    path: string,
    reply: Reply,
    content?: object | Buffer,
  ): Promise<z.output<Reply>> {
    const { what, status, text } = await ask(method, path, content);
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    if (status < 300) return reply.parse(json);
    throw new Refusal(what, status, Problem.safeParse(json).data?.code ?? 'no_code');
  }

  return {
    username,
    get: <Reply extends z.ZodType>(path: string, reply: Reply) => call('GET', path, reply),
    post: <Reply extends z.ZodType>(path: string, reply: Reply, body: object = {}) =>
      call('POST', path, reply, body),
    put: <Reply extends z.ZodType>(path: string, reply: Reply, bytes: Buffer) =>
      call('PUT', path, reply, bytes),
    patch: <Reply extends z.ZodType>(path: string, reply: Reply, body: object) =>
      call('PATCH', path, reply, body),
  };
}
export type HttpClient = ReturnType<typeof createHttpClient>;

/** Doubling pauses, shortened at random so that a venue does not return in one step. */
const pauseMs = (tries: number): number =>
  Math.min(longestPauseMs, 100 * 2 ** tries) * (0.5 + Math.random() / 2);
