import type { Problem } from '@dugout/appliance/contract/problems.ts';
import type { QueuedCommand } from '@dugout/appliance/contract/replication.ts';
import { learnDataAge } from './data-age.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { Queued, Refusal, Unreachable } from './refusal.ts';
import { siteBase } from './site-path.ts';

const patienceMs = 10_000;

export type RequestOptions = {
  body?: unknown;
  /** A picture, sent as it is instead of JSON. */
  file?: Blob;
  /** Give one to repeat a request safely; a new one is made for every unsafe request without. */
  key?: string;
  signal?: AbortSignal;
};

/**
 * One request to the appliance, or to the replica of the page's site, on our own origin. Answers the JSON body
 * (undefined for 204); the shape is the contract's word. Throws `Refusal` for any problem document, `Queued` when a
 * replica keeps a write that the venue has not answered, `Unreachable` when nobody who speaks the contract answers in
 * ten seconds, and whatever the given signal was aborted with.
 */
export async function request<Reply>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  options: RequestOptions = {},
): Promise<Reply> {
  const { signal } = options;
  signal?.throwIfAborted();
  const impatience = new AbortController();
  const giveUp = () => impatience.abort();
  const timer = setTimeout(giveUp, patienceMs);
  signal?.addEventListener('abort', giveUp);
  try {
    const response = await send(method, path, options, impatience.signal);
    learnDataAge(response.headers);
    if (!response.ok) throw new Refusal(await problemOf(response));
    const reply = response.status === 204 ? undefined : await response.json();
    if (method !== 'GET' && response.status === 202 && isQueued(reply)) throw new Queued(reply);
    return reply;
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof Refusal || cause instanceof Queued
      ? cause
      : new Unreachable(`${method} ${path}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

function send(method: string, path: string, options: RequestOptions, signal: AbortSignal): Promise<Response> {
  return fetch(path.startsWith('/') ? siteBase + path : path, {
    method,
    headers: headersOf(method, options),
    body: options.file ?? (options.body === undefined ? null : JSON.stringify(options.body)),
    credentials: 'same-origin',
    cache: 'no-store',
    signal,
  });
}

/** A venue answers 202 too, to what takes it a while; only a replica names a command. */
function isQueued(reply: unknown): reply is QueuedCommand {
  return typeof reply === 'object' && reply !== null && 'command_id' in reply && 'expires_at' in reply;
}

function headersOf(method: string, { body, file, key }: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (method !== 'GET') headers['idempotency-key'] = key ?? newIdempotencyKey();
  if (file) headers['content-type'] = file.type;
  else if (body !== undefined) headers['content-type'] = 'application/json';
  return headers;
}

async function problemOf(response: Response): Promise<Problem> {
  const isProblem = response.headers.get('content-type')?.includes('application/problem+json') ?? false;
  if (isProblem) {
    try {
      return await response.json();
    } catch {
      // A problem document that breaks off: the status is all we know.
    }
  }
  const { status, statusText } = response;
  return { type: 'about:blank', title: statusText, status, code: `http_${status}` };
}
