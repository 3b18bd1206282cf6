import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ApplianceProcess, anApplianceProcess } from './testing/appliance-process.ts';
import { aTemporaryDirectory } from './testing/temporary-directory.ts';
import { testPassword } from './testing/test-appliance.ts';

/** What belongs to a person or opens a door, each to be found if it were anywhere. */
const canaries = {
  name: 'Canaria Gelbvogel',
  email: 'canary@birds.example',
  username: 'canary-user',
  password: 'canary password 1',
  wrongPassword: 'canary password 2',
  reason: 'canary wants food',
  cookie: 'canarycookie',
  cursor: 'canarycursor',
  path: 'canarypath',
  header: 'canaryheader',
};
const phone = { written: '(415) 555-0177', stored: '+14155550177' };

async function send(venue: ApplianceProcess, method: string, path: string, body?: unknown, headers = {}) {
  const answer = await fetch(venue.url + path, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`,
      'content-type': 'application/json',
      'x-canary': canaries.header,
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

test('nothing of a person, and no key to a door, is in the logs or in the metrics', async () => {
  const directory = aTemporaryDirectory();
  const venue = await anApplianceProcess(directory, { DUGOUT_LOG_LEVEL: 'trace' });
  const { name, email, username, password, wrongPassword, reason, cookie, cursor, path } = canaries;
  const player = { name, email, phone: phone.written, consent: { sms: true, photo: true } };

  await send(venue, 'POST', '/api/players', { ...player, username, password });
  await send(venue, 'POST', '/api/players', { ...player, username, password });
  const { token } = (await send(venue, 'POST', '/login', { username, password })).body;
  await send(venue, 'POST', '/login', { username, password: wrongPassword });
  await send(venue, 'GET', '/api/session', undefined, { authorization: `Bearer ${token}` });
  await send(venue, 'GET', '/api/session', undefined, { authorization: `Bearer ${token}x` });
  await send(venue, 'GET', '/api/session', undefined, {
    authorization: '',
    cookie: `dugout_session=${cookie}`,
  });

  const game = (
    await send(venue, 'POST', '/api/games', { player }, { 'idempotency-key': name.replace(' ', '') })
  ).body;
  const act = (action: string, body = {}) => send(venue, 'POST', `/api/games/${game.id}/${action}`, body);
  for (const action of ['queue', 'hold', 'undo', 'play', 'recall', 'confirm', 'play'])
    await act(action, { reason });
  await act('complete', { score: 1, distance: 2, homeruns: 3 });
  for (const broken of [
    `{"name":"${name}"`,
    `{"name":"${name}","phone":"${phone.written} ext 5"}`,
    JSON.stringify([name]),
  ])
    await send(venue, 'POST', '/api/players', broken);
  await send(venue, 'GET', `/api/games?cursor=${cursor}&state=${path}`);
  await send(venue, 'GET', `/api/${path}`);
  await send(venue, 'PUT', `/api/players/${game.player_id}/photo`, name);
  const metrics = (await send(venue, 'GET', '/metrics')).body;
  await venue.kill();
  await venue.startAgain();
  await venue.stop();

  const keys = readdirSync(join(directory, 'keys')).map((file) =>
    readFileSync(join(directory, 'keys', file), 'utf8').trim(),
  );
  const written = Object.values(canaries).flatMap((value) => [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
  ]);
  const found = [
    ...written,
    ...keys,
    phone.written,
    phone.stored,
    phone.stored.slice(2),
    token,
    testPassword,
  ].filter((value) => value.length > 3 && `${venue.log()}${metrics}`.includes(value));
  expect(found).toEqual([]);
  expect(venue.log()).toContain('"ready"');
  expect(metrics).toContain('dugout_http_requests_total');
}, 60_000);
