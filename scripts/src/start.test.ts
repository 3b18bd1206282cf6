import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { inCheckout } from './checkout.ts';

const directory = mkdtempSync(join(tmpdir(), 'dugout-start-'));
let running: ChildProcess | undefined;
afterEach(() => {
  running?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

test('npm start runs the venue, says where it is, and Ctrl-C stops all of it', async () => {
  const [http, mqtt] = [await freePort(), await freePort()];
  const started = start({ DUGOUT_HTTP_PORT: String(http), DUGOUT_MQTT_PORT: String(mqtt) });
  const output = await started.until('Ctrl-C stops it');

  expect(output).toContain(`http://localhost:${http}/staff`);
  expect(output).toContain('not part of this release yet');
  const password = /Password\s+(?<password>\S+)/u.exec(output)?.groups?.['password'] ?? '';
  const login = await fetch(`http://127.0.0.1:${http}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'user', password }),
  });
  expect(login.status).toBe(200);
  expect(statSync(join(directory, 'keys', 'bootstrap-password')).mode & 0o777).toBe(0o600);

  started.child.kill('SIGINT');
  expect(await started.exit).toBe(0);
  await expect(fetch(`http://127.0.0.1:${http}/healthz`)).rejects.toThrow();
});

test('a start that is killed leaves nothing running', async () => {
  const [http, mqtt] = [await freePort(), await freePort()];
  const started = start({ DUGOUT_HTTP_PORT: String(http), DUGOUT_MQTT_PORT: String(mqtt) });
  await started.until('Ctrl-C stops it');
  started.child.kill('SIGKILL');
  await vi.waitFor(() => expect(fetch(`http://127.0.0.1:${http}/healthz`)).rejects.toThrow(), 10_000);
});

test('a wrong setting is told before anything runs', async () => {
  const started = start({ DUGOUT_HTTP_PORT: 'eighty' });
  expect(await started.exit).toBe(78);
  expect(started.output()).toContain('DUGOUT_HTTP_PORT');
});

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [inCheckout('scripts/src/start.ts')], {
    env: { ...process.env, DUGOUT_DATA_DIR: directory, DUGOUT_HTTP_HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let output = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of heard) look();
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const until = (text: string) =>
    new Promise<string>((resolve, reject) => {
      heard.add(() => output.includes(text) && resolve(output));
      void exit.then(() => reject(new Error(`ended without saying "${text}":\n${output}`)));
    });
  return { child, exit, until, output: () => output };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
