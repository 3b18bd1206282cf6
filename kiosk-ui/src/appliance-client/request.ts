import type { Problem } from '@dugout/appliance/contract/problems.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { Refusal, Unreachable } from './refusal.ts';

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
 * One request to the appliance on our own origin. Answers the JSON body (undefined for 204); the shape is the
 * contract's word. Throws `Refusal` for any problem document, `Unreachable` when nobody who speaks the contract
 * answers in ten seconds, and whatever the given signal was aborted with.
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
    if (!response.ok) throw new Refusal(await problemOf(response));
    const reply = response.status === 204 ? undefined : await response.json();
    return reply;
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof Refusal ? cause : new Unreachable(`${method} ${path}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

function send(method: string, path: string, options: RequestOptions, signal: AbortSignal): Promise<Response> {
  return fetch(path, {
    method,
    headers: headersOf(method, options),
    body: options.file ?? (options.body === undefined ? null : JSON.stringify(options.body)),
    credentials: 'same-origin',
    cache: 'no-store',
    signal,
  });
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
