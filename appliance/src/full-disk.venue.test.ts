import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { type ApplianceProcess, anApplianceProcess } from './testing/appliance-process.ts';
import { aTemporaryDirectory } from './testing/temporary-directory.ts';
import { testPassword } from './testing/test-appliance.ts';
import { until } from './testing/test-broker.ts';

const rounds = Number(process.env['DUGOUT_TEST_FULL_DISKS'] ?? 3);
const authorization = `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;

/** A volume of its own, in memory, with so many megabytes. Needs root. */
function aVolume(megabytes: number): string {
  const directory = join(aTemporaryDirectory(), 'volume');
  mkdirSync(directory);
  const { status, stderr } = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${megabytes}m`,
    'tmpfs',
    directory,
  ]);
  if (status !== 0) throw new Error(`no volume: ${stderr}`);
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', directory]);
  });
  return directory;
}

/** Fills the volume but for a few pages, so that a write of the appliance is what meets its end. */
function fill(directory: string): void {
  const file = openSync(join(directory, 'ballast'), 'w');
  let size = 0;
  for (const chunk of [Buffer.alloc(1024 * 1024), Buffer.alloc(4096)]) {
    try {
      for (;;) size += writeSync(file, chunk);
    } catch {
      // ENOSPC: as full as it gets with pieces of this size.
    }
  }
  ftruncateSync(file, Math.max(0, size - 64 * 1024));
  closeSync(file);
}

async function signUp(venue: ApplianceProcess): Promise<{ status: number; id: string; code: string }> {
  const answer = await fetch(`${venue.url}/api/games`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ player: { name: 'Ana' } }),
  });
  return { status: answer.status, ...((await answer.json()) as { id: string; code: string }) };
}
const statusOf = async (venue: ApplianceProcess, path: string) =>
  (await fetch(venue.url + path, { headers: { authorization } })).status;

test(`a volume that fills up and is freed, ${rounds} times: 507, reads go on, and nothing acknowledged is missing`, async () => {
  // More than the appliance asks for to call itself ready.
  const directory = aVolume(320);
  const venue = await anApplianceProcess(directory);
  const stored: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    fill(directory);
    let last = await signUp(venue);
    for (let guests = 0; last.status === 201 && guests < 5_000; guests += 1) {
      stored.push(last.id);
      last = await signUp(venue);
    }
    expect(last).toMatchObject({ status: 507, code: 'storage_full' });
    for (const path of ['/healthz', '/api/games', '/api/queue', '/api/floor'])
      expect([path, await statusOf(venue, path)]).toEqual([path, 200]);
    await until(async () => (await statusOf(venue, '/readyz')) === 503);

    rmSync(join(directory, 'ballast'));
    const freed = await signUp(venue);
    expect(freed.status).toBe(201);
    stored.push(freed.id);
    await until(async () => (await statusOf(venue, '/readyz')) === 200);
  }
  for (const id of stored) expect(await statusOf(venue, `/api/games/${id}`)).toBe(200);
  await venue.stop();
  const database = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.prepare('SELECT count(*) FROM games').pluck().get()).toBe(stored.length);
  database.close();
}, 120_000);
