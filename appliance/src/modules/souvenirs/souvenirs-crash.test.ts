import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { sharp } from '../../platform/images/libvips.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';

const rounds = Number(process.env['DUGOUT_TEST_CRASHES'] ?? 3);
const guests = 4;
const authorization = `Basic ${Buffer.from('user:in-labs-only').toString('base64')}`;

/** The appliance as a process of its own; answers where it listens. */
async function anAppliance(directory: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['appliance/src/main.ts'], {
    env: {
      PATH: process.env['PATH'],
      DUGOUT_DATA_DIR: directory,
      DUGOUT_HTTP_HOST: '127.0.0.1',
      DUGOUT_HTTP_PORT: '0',
      DUGOUT_MQTT_PORT: '0',
      DUGOUT_BOOTSTRAP_PASSWORD: 'in-labs-only',
      DUGOUT_PUBLIC_URL: 'http://play.example',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"ready"')) continue;
    child.stdout.resume();
    return { child, url: `http://127.0.0.1:${JSON.parse(line).http}` };
  }
  throw new Error('the appliance did not start');
}

const Made = z.looseObject({ id: z.uuid() });

async function post(url: string, body: object): Promise<{ id: string }> {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok, `${url}: ${answer.status}`).toBe(true);
  return Made.parse(await answer.json());
}

/** Plays a game to its end; answers its id when the appliance has acknowledged that. */
async function aCompletedGame(url: string): Promise<string> {
  const { id } = await post(`${url}/games`, { player: { name: 'Zoë 山田 محمد' } });
  for (const action of ['queue', 'recall', 'confirm', 'play']) await post(`${url}/games/${id}/${action}`, {});
  await post(`${url}/games/${id}/complete`, { score: 1200, distance: 131.5, homeruns: 3 });
  return id;
}

async function souvenirOf(url: string, id: string): Promise<Buffer> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const answer = await fetch(`${url}/games/${id}/souvenir`, { headers: { authorization } });
    if (answer.status === 200) return Buffer.from(await answer.arrayBuffer());
    expect(answer.status).toBe(202);
    await delay(50);
  }
  throw new Error(`no souvenir of ${id}`);
}

test(
  `kill -9 while souvenirs are drawn, ${rounds} times: every completed game has a whole one`,
  async () => {
    const directory = aTemporaryDirectory();
    const acknowledged: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { child, url } = await anAppliance(directory);
      acknowledged.push(...(await Promise.all(Array.from({ length: guests }, () => aCompletedGame(url)))));
      await delay(Math.random() * 500);
      child.kill('SIGKILL');
      await once(child, 'close');
    }

    const { url } = await anAppliance(directory);
    for (const id of acknowledged) {
      const { data, info } = await sharp(await souvenirOf(url, id), { failOn: 'warning' })
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 1844, height: 1240 });
      expect(data.length).toBeGreaterThan(0);
    }
    expect(acknowledged).toHaveLength(rounds * guests);
  },
  60_000 + rounds * 20_000,
);
