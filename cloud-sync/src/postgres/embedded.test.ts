import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { withConnection } from './connection.ts';
import { type EmbeddedPostgres, type EmbeddedSettings, startEmbeddedPostgres } from './embedded.ts';

// Whole servers start and stop here, beside other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Made with 0700, as the data directory of an appliance is. */
let home: string;
let directory: string;
let passwordFile: string;
const running = new Set<EmbeddedPostgres>();

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'dugout-'));
  directory = join(home, 'postgres');
  passwordFile = join(home, 'keys/postgres');
});
afterEach(async () => {
  for (const server of running) await server.stop();
  running.clear();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function started(settings: Partial<EmbeddedSettings> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, passwordFile, ...settings });
  running.add(server);
  return server;
}
const ask = async (url: string, text: string) => {
  const { rows } = await withConnection(url, {}, (connection) => connection.query(text));
  return rows;
};

test('keeps its rows when it is stopped, and when it is killed', async () => {
  const first = await started();
  await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS number');
  await first.stop();
  expect(await first.ended).toContain('code 0');
  const second = await started();
  await ask(second.url, 'INSERT INTO kept VALUES (2)');
  await second.kill();
  expect(await second.ended).toContain('SIGKILL');
  const third = await started();
  expect(await ask(third.url, 'SELECT number FROM kept ORDER BY 1')).toEqual([{ number: 1 }, { number: 2 }]);
});

test('is for this machine and for who knows the password, and syncs what it has', async () => {
  const { url } = await started();
  const wanted = "'fsync', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories'";
  expect(
    await ask(url, `SELECT name, setting FROM pg_settings WHERE name IN (${wanted}) ORDER BY name`),
  ).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'synchronous_commit', setting: 'on' },
    { name: 'unix_socket_directories', setting: '' },
  ]);
  expect(await ask(url, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules')).toEqual([
    { auth_method: 'scram-sha-256' },
  ]);
  expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});

test('stops when the process that started it is killed, and lets the next one start', async () => {
  const holder = new URL('../testing/postgres-holder.ts', import.meta.url).pathname;
  const own = join(home, 'held');
  const child = spawn(process.execPath, [holder, own], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  child.kill('SIGKILL');
  const next = await started({ directory: own, passwordFile: join(own, 'password') });
  expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(ask(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('starts where a note of an old one names another program by now', async () => {
  await (await started()).kill();
  const note = join(directory, 'cluster/postmaster.pid');
  const { uid, gid } = statSync(note);
  const other = spawn('/bin/sh', ['-c', 'read -r _'], { uid, gid, stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void other.kill());
  writeFileSync(note, readFileSync(note, 'utf8').replace(/^\d+/u, String(other.pid)));
  const { url } = await started();
  expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('does not start beside another one in the same directory', async () => {
  await started();
  let now = 0;
  const impatient: Clock = { ...systemClock, monotonic: () => (now += 20_000) };
  await expect(started({ clock: impatient })).rejects.toThrow(
    /another process runs Postgres in .*process \d+/u,
  );
});

test('says when its port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(started({ port })).rejects.toThrow('Address already in use');
  other.close();
});

test('says when its password file is another one’s, or gone', async () => {
  const right = readFileSync(passwordFile, 'utf8');
  writeFileSync(passwordFile, 'wrong\n');
  await expect(started()).rejects.toThrow('the password is the one in');
  rmSync(passwordFile);
  await expect(started()).rejects.toThrow('the password of the Postgres here is missing');
  writeFileSync(passwordFile, right, { mode: 0o600 });
});

test('is set up anew where setting up was interrupted', async () => {
  const own = join(home, 'interrupted');
  mkdirSync(join(own, 'cluster.unfinished/base'), { recursive: true });
  const { url } = await started({ directory: own });
  expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(existsSync(join(own, 'cluster.unfinished'))).toBe(false);
});
