import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createHttpClient, Refusal, Unanswered } from './http-client.ts';

const Reply = z.object({ ok: z.boolean() });
const asked: { key: string | undefined; authorization: string | undefined }[] = [];
let close = () => {};
afterEach(() => {
  close();
  asked.length = 0;
});

/** Answers with each of `answers` in turn, the last one for ever. */
async function aServer(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const server = createServer((request, response) => {
    const { authorization } = request.headers;
    const key = request.headers['idempotency-key'];
    asked.push({ authorization, key: typeof key === 'string' ? key : undefined });
    answers[Math.min(asked.length, answers.length) - 1]?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const says = (status: number, body: object) => (_: IncomingMessage, response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const hangsUp = (request: IncomingMessage) => request.socket.destroy();

let retries = 0;
const clientOf = (url: string, stop = new AbortController().signal) =>
  createHttpClient({ url, username: 'user', password: 'secret', stop, onRetry: () => (retries += 1) });

test('a broken connection and a busy appliance are asked again under the same key', async () => {
  retries = 0;
  const url = await aServer(hangsUp, says(503, {}), says(429, {}), says(200, { ok: true }));
  expect(await clientOf(url).post('/x', Reply)).toEqual({ ok: true });
  expect(retries).toBe(3);
  expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
  expect(asked[0]?.key).toMatch(/^[0-9a-f-]{36}$/u);
  expect(asked[0]?.authorization).toBe(`Basic ${btoa('user:secret')}`);
});

test('two requests have two keys, and a reading has none', async () => {
  const client = clientOf(await aServer(says(200, { ok: true })));
  await client.post('/x', Reply);
  await client.post('/x', Reply);
  await client.get('/x', Reply);
  expect(new Set(asked.slice(0, 2).map(({ key }) => key)).size).toBe(2);
  expect(asked[2]?.key).toBeUndefined();
});

test('a refusal is told by its code and not asked again', async () => {
  const problem = { type: '/x', title: 'No.', status: 409, code: 'invalid_transition' };
  const refused = clientOf(await aServer(says(409, problem))).post('/x', Reply);
  await expect(refused).rejects.toThrow(Refusal);
  await expect(refused).rejects.toMatchObject({ status: 409, code: 'invalid_transition' });
  expect(asked).toHaveLength(1);
});

test('an answer that the contract does not know is an error', async () => {
  await expect(clientOf(await aServer(says(200, { ok: 'yes' }))).get('/x', Reply)).rejects.toThrow();
});

test('when the simulation is stopping, an appliance that does not answer is given up', async () => {
  const stop = AbortSignal.abort();
  await expect(clientOf(await aServer(hangsUp), stop).post('/x', Reply)).rejects.toThrow(Unanswered);
});
