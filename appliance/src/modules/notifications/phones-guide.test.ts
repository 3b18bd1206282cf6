import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { aTestAppliance } from '../../testing/test-appliance.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/phones/README.md'), 'utf8');

/** The requests of the guide, in its order, each with the status it promises. */
const requests = [...guide.matchAll(/^```http (\d{3})\n(.*?)^```$/gmsu)].map(([, status, text = '']) => {
  const [head = '', body = ''] = text.split('\n\n');
  const [line = '', ...headers] = head.trim().split('\n');
  const [method = '', path = ''] = line.split(' ');
  return {
    line,
    status: Number(status),
    method,
    path,
    headers: headers.map((header) => header.split(/: (.*)/u)),
    body,
  };
});

const venue = await aTestAppliance();
afterAll(venue.stop);

const account = { username: 'ana', password: 'a password of a player' };
const made = await venue.post('/api/players', {
  body: { name: 'Ana', consent: { sensor: true }, ...account },
});
const known: Record<string, string> = {};
const filledIn = (text: string) => text.replace(/<(token|cursor)>/gu, (_, name: string) => known[name] ?? '');
const isServed = ({ method, path }: { method: string; path: string }) =>
  venue.routes.some(
    (route) => route.method === method && [route.path, ...(route.aliases ?? [])].includes(path),
  );

test('the guide has its requests', () => {
  expect([requests.length, made.status]).toEqual([7, 201]);
});

for (const request of requests) {
  const path = request.path.replace(/\?.*/u, '');
  test.skipIf(!isServed({ method: request.method, path }))(
    `${request.line} does as the guide says`,
    async () => {
      const headers = request.headers.map(([name = '', value = '']) => [name, filledIn(value)] as const);
      const answer = await fetch(venue.url + filledIn(request.path), {
        method: request.method,
        headers: Object.fromEntries(headers),
        ...(request.body === '' ? {} : { body: request.body }),
      });
      const body = (await answer.json()) as { token?: string; next_cursor?: string };
      expect(answer.status, JSON.stringify(body)).toBe(request.status);
      if (body.token !== undefined) known['token'] = body.token;
      if (body.next_cursor !== undefined) known['cursor'] = body.next_cursor;
    },
  );
}
