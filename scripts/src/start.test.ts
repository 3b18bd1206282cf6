import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../../appliance/src/free-port.ts';
import { inCheckout } from './checkout.ts';

// Postgres makes its files at the first start, which takes a busy machine its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const patience = { timeout: 40_000, interval: 100 };

let directory: string;
const data = () => join(directory, 'data');
let running: ChildProcess | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dugout-start-'));
});
afterEach(async () => {
  running?.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(postgres())).toBe(false), patience);
  rmSync(directory, { recursive: true, force: true });
});

test('npm start runs the venue, its replica and the cloud between them, says where they are, and Ctrl-C stops all of it', async () => {
  const { settings, http, replica } = await somePorts();
  const started = start(settings);
  const output = await started.until('Ctrl-C stops it');

  expect(output).toContain(`http://localhost:${http}/staff`);
  expect(output).toContain(`http://localhost:${replica}/`);
  const password = /Password\s+(?<password>\S+)/u.exec(output)?.groups?.['password'] ?? '';
  expect(await signIn(http, password)).toBe(200);
  expect(statSync(join(data(), 'keys', 'bootstrap-password')).mode & 0o777).toBe(0o600);
  // The same people, once the venue's first rows are there.
  await vi.waitFor(async () => expect(await signIn(replica, password)).toBe(200), patience);
  const asOf = await fetch(`http://127.0.0.1:${replica}/api/queue`, {
    headers: { authorization: `Basic ${Buffer.from(`user:${password}`).toString('base64')}` },
  });
  expect(asOf.headers.get('data-as-of')).toMatch(/Z$/u);

  const database = postgres();
  expect(isAlive(database)).toBe(true);
  // As Ctrl-C comes below npm: from the terminal, and once more from npm.
  started.child.kill('SIGINT');
  setTimeout(() => started.child.kill('SIGINT'), 20);
  expect(await started.exit).toBe(0);
  await expect(fetch(`http://127.0.0.1:${http}/healthz`)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${replica}/healthz`)).rejects.toThrow();
  expect(isAlive(database)).toBe(false);
});

test('a start that is killed leaves nothing running, and the next finds the replica as it was', async () => {
  const { settings, http, replica } = await somePorts();
  const first = start({ ...settings, DUGOUT_BOOTSTRAP_PASSWORD: 'a password of ours' });
  await first.until('Ctrl-C stops it');
  await vi.waitFor(async () => expect(await signIn(replica, 'a password of ours')).toBe(200), patience);
  const database = postgres();
  first.child.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(database)).toBe(false), patience);
  await expect(fetch(`http://127.0.0.1:${http}/healthz`)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${replica}/healthz`)).rejects.toThrow();

  const second = start(settings);
  await second.until('Ctrl-C stops it');
  await vi.waitFor(async () => expect(await signIn(replica, 'a password of ours')).toBe(200), patience);
  second.child.kill('SIGINT');
  expect(await second.exit).toBe(0);

  // The machine is lost, and the cloud is not.
  rmSync(data(), { recursive: true });
  const restored = spawnSync(
    process.execPath,
    [inCheckout('scripts/dugout.mjs'), 'restore', '--from-cloud'],
    {
      env: { ...process.env, DUGOUT_DATA_DIR: data() },
      encoding: 'utf8',
    },
  );
  expect(restored.stderr).not.toContain('error');
  expect(restored.status).toBe(0);
  const third = start(settings);
  await third.until('Ctrl-C stops it');
  expect(await signIn(http, 'a password of ours')).toBe(200);
  third.child.kill('SIGINT');
  expect(await third.exit).toBe(0);
});

test('a port that another program has is told before anything runs', async () => {
  const { settings, replica } = await somePorts();
  const other = createServer().listen(replica, '127.0.0.1');
  await once(other, 'listening');
  const started = start(settings);
  expect(await started.exit).toBe(1);
  expect(started.output()).toContain(`port ${replica}, for the replica, is taken`);
  expect(started.output()).toContain('DUGOUT_REPLICA_PORT');
  expect(existsSync(join(data(), 'dugout.db'))).toBe(false);
  other.close();
});

test('a demonstration without a venue and a replica is refused', async () => {
  const started = start({ DUGOUT_PROFILE: 'venue', DUGOUT_SECRET_KEY: 'a secret of this test' }, ['--demo']);
  expect(await started.exit).toBe(1);
  expect(started.output()).toContain('DUGOUT_PROFILE=labs');
});

test('a wrong setting is told before anything runs', async () => {
  const started = start({ DUGOUT_HTTP_PORT: 'eighty' });
  expect(await started.exit).toBe(78);
  expect(started.output()).toContain('DUGOUT_HTTP_PORT');
});

async function somePorts() {
  const [http, mqtt, replica] = [await freePort(), await freePort(), await freePort()];
  const settings = {
    DUGOUT_HTTP_PORT: String(http),
    DUGOUT_MQTT_PORT: String(mqtt),
    DUGOUT_REPLICA_PORT: String(replica),
    DUGOUT_LOG_LEVEL: 'warn',
  };
  return { settings, http, replica };
}

async function signIn(port: number, password: string): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'user', password }),
  });
  return status;
}

/** Process id of the embedded Postgres; 0 while there is none. */
function postgres(): number {
  const note = globSync(join(directory, 'data-cloud', '**', 'postmaster.pid'))[0];
  return note === undefined ? 0 : Number.parseInt(readFileSync(note, 'utf8'), 10);
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function start(environment: Record<string, string>, args: readonly string[] = []) {
  const child = spawn(process.execPath, [inCheckout('scripts/src/start.ts'), ...args], {
    env: { ...process.env, DUGOUT_DATA_DIR: data(), DUGOUT_HTTP_HOST: '127.0.0.1', ...environment },
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
