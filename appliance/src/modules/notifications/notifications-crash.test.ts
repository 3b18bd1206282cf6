import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type { PlayerEvent } from '../../../contract/notifications.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { testPassword } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { aPhone, basic } from './testing/test-phones.ts';

const rounds = 2;
const perRound = 150;

/** The appliance as a process of its own, which tells what it is told to, and can be killed. */
async function aTeller(directory: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/telling-main.ts')], {
    env: {
      PATH: process.env['PATH'],
      DUGOUT_DATA_DIR: directory,
      DUGOUT_HTTP_HOST: '127.0.0.1',
      DUGOUT_HTTP_PORT: '0',
      DUGOUT_MQTT_PORT: '0',
      DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {});
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  await until(() => lines.length > 0);
  const { http } = JSON.parse(lines[0] ?? '{}');
  return {
    url: `http://127.0.0.1:${http}`,
    tell: (playerId: string, number: number) => child.stdin.write(`${playerId} ${number}\n`),
    /** Numbers that are on disk. */
    said: () => lines.slice(1).map(Number),
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    },
  };
}

test('kill -9 while a player is told: each event that was committed reaches each phone once, in order', {
  timeout: 180_000,
}, async () => {
  const directory = aTemporaryDirectory();
  let teller = await aTeller(directory);
  const credentials = { username: 'ana', password: 'a password of a player' };
  const made = await fetch(`${teller.url}/api/players`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ana', ...credentials }),
  });
  const { id } = (await made.json()) as { id: string };

  const phones = [aPhone(() => teller.url, credentials), aPhone(() => teller.url, credentials)];
  const acknowledged: number[] = [];
  let number = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const phone of phones) phone.follow();
    await until(() => phones.every((phone) => phone.connections() > round));
    for (const end = number + perRound; number < end; number += 1) teller.tell(id, number);
    // In the middle: some are told, some are on disk, some are neither.
    await until(() => teller.said().length > perRound / 3);
    await teller.kill();
    acknowledged.push(...teller.said());
    for (const phone of phones) phone.cut();
    teller = await aTeller(directory);
  }

  const page = await fetch(`${teller.url}/api/me/events`, { headers: { authorization: basic(credentials) } });
  const { items, more, next_cursor } = (await page.json()) as {
    items: PlayerEvent[];
    more: boolean;
    next_cursor: string;
  };
  const rest = more
    ? ((await (
        await fetch(`${teller.url}/api/me/events?since=${next_cursor}`, {
          headers: { authorization: basic(credentials) },
        })
      ).json()) as { items: PlayerEvent[] })
    : { items: [] };
  const all = [...items, ...rest.items];
  expect(all.map((event) => event['number'])).toEqual(expect.arrayContaining(acknowledged));
  for (const phone of phones) {
    phone.follow();
    await until(() => phone.events.length >= all.length);
    expect(phone.events).toEqual(all);
  }
  await teller.kill();
});
