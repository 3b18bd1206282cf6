import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dataTrueAt } from './data-age.ts';
import { codeOf, mayPass, Queued, Refusal, Unreachable } from './refusal.ts';
import { request } from './request.ts';

type Seen = { method: string | undefined; headers: IncomingHttpHeaders; body: string };
type Answer = { status: number; type?: string; body?: string; headers?: Record<string, string> };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function applianceThatAnswers(answer: Answer): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const listening = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    seen.push({ method: incoming.method, headers: incoming.headers, body });
    outgoing.writeHead(answer.status, {
      'content-type': answer.type ?? 'application/json',
      ...answer.headers,
    });
    outgoing.end(answer.body);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/api/games`, seen };
}

const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have been refused'),
    (error: unknown) => error,
  );

describe('a request', () => {
  it('sends JSON and answers JSON', async () => {
    const { url, seen } = await applianceThatAnswers({ status: 201, body: '{"ticket":"A001"}' });
    expect(await request('POST', url, { body: { name: 'Zoë' } })).toEqual({ ticket: 'A001' });
    expect(seen[0]?.headers['content-type']).toBe('application/json');
    expect(seen[0]?.body).toBe('{"name":"Zoë"}');
  });

  it('carries an idempotency key on every unsafe method, and none on GET', async () => {
    const { url, seen } = await applianceThatAnswers({ status: 200, body: '{}' });
    for (const method of ['POST', 'PUT', 'PATCH', 'GET'] as const) await request(method, url);
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys[3]).toBeUndefined();
    expect(new Set(keys.slice(0, 3)).size).toBe(3);
    for (const key of keys.slice(0, 3)) expect(key).toMatch(/^[0-9a-f-]{36}$/u);
  });

  it('repeats with the key it was given', async () => {
    const { url, seen } = await applianceThatAnswers({ status: 200, body: '{}' });
    await request('POST', url, { key: 'the-same' });
    await request('POST', url, { key: 'the-same' });
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['the-same', 'the-same']);
  });

  it('sends a picture as it is', async () => {
    const { url, seen } = await applianceThatAnswers({ status: 200, body: '{}' });
    await request('PUT', url, { file: new Blob(['jpeg'], { type: 'image/jpeg' }) });
    expect(seen[0]?.headers['content-type']).toBe('image/jpeg');
    expect(seen[0]?.body).toBe('jpeg');
  });

  it('answers nothing for 204', async () => {
    const { url } = await applianceThatAnswers({ status: 204 });
    expect(await request('POST', url)).toBeUndefined();
  });
});

describe('a request to a replica', () => {
  const command = { command_id: '0198', status: 'queued', expires_at: '2026-06-01T10:05:00.000Z' };
  const queued = { status: 202, body: JSON.stringify(command) };

  it('is neither answered nor refused while the venue has not answered', async () => {
    const { url } = await applianceThatAnswers(queued);
    const error = await refused(request('POST', url));
    expect(error).toBeInstanceOf(Queued);
    expect(error).toMatchObject({ code: 'queued', command });
    expect(mayPass(error)).toBe(false);
  });

  it('answers a 202 that is no command, and one to a GET, as it is', async () => {
    const { url } = await applianceThatAnswers({ status: 202, body: '{"game_id":"1"}' });
    expect(await request('POST', url)).toEqual({ game_id: '1' });
    const { url: other } = await applianceThatAnswers(queued);
    expect(await request('GET', other)).toEqual(command);
  });

  it('learns the age of its data from every answer, a refusal too', async () => {
    const answers = { status: 404, body: '{}', headers: { 'data-lag-ms': '3600000' } };
    const { url } = await applianceThatAnswers(answers);
    const before = Date.now();
    await refused(request('GET', url));
    expect(dataTrueAt()).toBeGreaterThanOrEqual(before - 3_600_000);
    expect(dataTrueAt()).toBeLessThanOrEqual(Date.now() - 3_600_000);
  });
});

describe('a request that fails', () => {
  it('throws the problem with its code and its fields', async () => {
    const problem = {
      type: '/problems/invalid_request',
      title: 'Invalid request',
      status: 400,
      code: 'invalid_request',
      errors: [{ pointer: '/player/phone', code: 'invalid_phone', message: 'is no phone number' }],
    };
    const body = JSON.stringify(problem);
    const { url } = await applianceThatAnswers({ status: 400, type: 'application/problem+json', body });
    const error = await refused(request('POST', url));
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: 'invalid_request', status: 400, fields: ['phone'] });
    expect(mayPass(error)).toBe(false);
  });

  it('makes a code of the status when the answer is no problem document', async () => {
    const { url } = await applianceThatAnswers({
      status: 502,
      type: 'text/html',
      body: '<h1>Bad gateway</h1>',
    });
    const error = await refused(request('GET', url));
    expect(codeOf(error)).toBe('http_502');
    expect(mayPass(error)).toBe(true);
  });

  it('survives a problem document that breaks off', async () => {
    const { url } = await applianceThatAnswers({
      status: 409,
      type: 'application/problem+json',
      body: '{"co',
    });
    expect(codeOf(await refused(request('POST', url)))).toBe('http_409');
  });

  it('is unreachable when nobody listens', async () => {
    const { url } = await applianceThatAnswers({ status: 200, body: '{}' });
    await new Promise((resolve) => server?.close(resolve));
    const error = await refused(request('GET', url));
    expect(error).toBeInstanceOf(Unreachable);
    expect(mayPass(error)).toBe(true);
  });

  it('is unreachable when somebody else answers, such as a captive portal', async () => {
    const { url } = await applianceThatAnswers({ status: 200, type: 'text/html', body: '<h1>Welcome</h1>' });
    expect(await refused(request('GET', url))).toBeInstanceOf(Unreachable);
  });

  it('is not unreachable when the screen itself gave up', async () => {
    const { url } = await applianceThatAnswers({ status: 200, body: '{}' });
    const error = await refused(request('GET', url, { signal: AbortSignal.abort() }));
    expect(error).not.toBeInstanceOf(Unreachable);
  });
});
