import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rawAtMostMs, summaryMs } from '../../../appliance/src/modules/sessions/sessions.ts';
import { streamFile } from '../../../appliance/src/platform/streams/stream-connection.ts';
import { openStreamWriter } from '../../../appliance/src/platform/streams/stream-writer.ts';
import { someSamples } from '../../../appliance/src/platform/streams/testing/a-recording.ts';
import { inCheckout } from '../checkout.ts';
import { applianceReady, portFree } from '../doctor/appliance-checks.ts';
import { databaseSound } from '../doctor/database-check.ts';
import { dataDirectory, freeSpace, nodeVersion, screensBuilt } from '../doctor/machine-checks.ts';
import { keptMs, recordingsSound } from '../doctor/streams-check.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dugout-doctor-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function aDatabase(): string {
  const file = join(directory, 'dugout.db');
  const connection = new Sqlite(file);
  connection.exec(`CREATE TABLE schema_migrations (name TEXT); INSERT INTO schema_migrations VALUES ('0007-x');
    CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (zeroblob(100000))`);
  connection.close();
  return file;
}

test('a sound database is told with its newest migration', () => {
  aDatabase();
  expect(databaseSound(directory)).toMatchObject({ state: 'ok', detail: 'sound, at 0007-x' });
});

test('a database that was cut off is a fault, and so is a file that is none', () => {
  truncateSync(aDatabase(), 20_000);
  expect(databaseSound(directory).state).toBe('fault');
  writeFileSync(join(directory, 'dugout.db'), 'hello, I am not a database file');
  expect(databaseSound(directory).state).toBe('fault');
});

test('recordings are told with their size and age; those whose time is over are a fault, and so is a file that is cut off', () => {
  const now = 1_760_000_000_000;
  const day = 86_400_000;
  expect(keptMs).toEqual({ raw: rawAtMostMs, anything: summaryMs });
  expect(recordingsSound(directory, now)).toMatchObject({ state: 'note', detail: 'none yet' });
  const writer = openStreamWriter(directory, now);
  writer.put([{ ...someSamples(0, 20_000), holes: [] }], now - 60 * day);
  writer.close();
  expect(recordingsSound(directory, now - 59 * day)).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(/^0\.\d MB, sound, the oldest of 1 days ago$/u),
  });
  expect(recordingsSound(directory, now)).toMatchObject({
    state: 'note',
    detail: expect.stringContaining('60 days ago wait for their result'),
  });
  expect(recordingsSound(directory, now + 40 * day)).toMatchObject({
    state: 'fault',
    detail: expect.stringContaining('kept are 90 days'),
  });
  const file = streamFile(directory);
  const aside = `${file}.damaged-2026-01-02T03-04-05.000Z`;
  writeFileSync(aside, '');
  expect(recordingsSound(directory, now)).toMatchObject({
    state: 'note',
    detail: expect.stringContaining(basename(aside)),
  });
  truncateSync(file, Math.floor(statSync(file).size / 2));
  expect(recordingsSound(directory, now).state).toBe('fault');
});

test('a directory is looked at, not made', () => {
  const missing = join(directory, 'not', 'yet');
  expect(dataDirectory(missing).state).toBe('note');
  expect(dataDirectory(join(directory)).state).toBe('ok');
  expect(existsSync(missing)).toBe(false);
});

test('a port in use is a fault, unless the appliance itself uses it', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  expect(await portFree('p', port, '127.0.0.1', false)).toMatchObject({ state: 'fault' });
  expect(await portFree('p', port, '127.0.0.1', true)).toMatchObject({ state: 'ok' });
  await new Promise((resolve) => server.close(resolve));
  expect(await portFree('p', port, '127.0.0.1', false)).toMatchObject({ state: 'ok' });
});

test('an appliance that is not ready is a fault with its reasons', () => {
  const checks = { broker: { ok: true }, disk: { ok: false, reason: 'full' } };
  expect(applianceReady({ ready: false, checks })).toMatchObject({
    state: 'fault',
    detail: expect.stringContaining('disk: full'),
  });
  expect(applianceReady({ ready: true, checks: {} }).state).toBe('ok');
  expect(
    applianceReady({ ready: true, checks: { recordings: { ok: false, reason: 'damaged' } } }),
  ).toMatchObject({
    state: 'fault',
    detail: expect.stringContaining('recordings: damaged'),
  });
  expect(applianceReady(null).state).toBe('note');
});

test('an old Node, a full disk and missing screens are faults', () => {
  expect(nodeVersion('20.20.2').state).toBe('fault');
  expect(freeSpace(directory, 100_000_000).state).toBe('fault');
  expect(screensBuilt(join(directory, 'index.html')).state).toBe('fault');
});

test('exits 0 on a healthy machine, 1 on a wrong setting, and changes nothing', () => {
  const data = join(directory, 'data');
  const environment = { DUGOUT_DATA_DIR: data, DUGOUT_HTTP_PORT: '0', DUGOUT_MQTT_PORT: '0' };
  const healthy = doctor(environment);
  expect(JSON.parse(healthy.stdout)).toMatchObject({ healthy: true });
  expect(healthy.status).toBe(0);
  expect(existsSync(data)).toBe(false);

  const ill = doctor({ ...environment, DUGOUT_PROFILE: 'venue' });
  expect(ill.stdout).toContain('DUGOUT_SECRET_KEY');
  expect(ill.status).toBe(1);

  mkdirSync(data);
  writeFileSync(join(data, 'dugout.db'), 'not a database');
  expect(doctor(environment).status).toBe(1);
});

const doctor = (environment: Record<string, string>) =>
  spawnSync(process.execPath, [inCheckout('scripts/dugout.mjs'), 'doctor', '--json'], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
