import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../../cloud-sync/src/postgres/connection.ts';
import { anEmptyDatabase } from '../../../cloud-sync/src/testing/a-cloud.ts';
import { inCheckout } from '../checkout.ts';

let database: Awaited<ReturnType<typeof anEmptyDatabase>>;
beforeAll(async () => {
  database = await anEmptyDatabase();
});
afterAll(() => database.drop());

async function migrateCloud(args: readonly string[], url: string = database.ownerUrl) {
  const child = spawn(
    process.execPath,
    [inCheckout('scripts/dugout.mjs'), 'sync', 'migrate-cloud', ...args],
    {
      env: { ...process.env, DUGOUT_CLOUD_DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, out, errors };
}

test('makes the schema, says what it made, and the next time that there was nothing to do', async () => {
  const first = await migrateCloud(['--json']);
  expect(first).toMatchObject({ status: 0, errors: '' });
  expect(JSON.parse(first.out)).toMatchObject({
    roles: true,
    applied: expect.arrayContaining(['table games']),
  });
  expect(await migrateCloud([])).toEqual({ status: 0, errors: '', out: 'up to date\n' });
});

test('admits a site, whose address works', async () => {
  const { out } = await migrateCloud(['--site', 'north-stand-1', '--replica', '--json']);
  const { site_url, replica_url } = JSON.parse(out) as { site_url: string; replica_url: string };
  const speaksFor = (url: string) =>
    withConnection(url, {}, (connection) => connection.query('SELECT current_user AS name'));
  expect((await speaksFor(site_url)).rows).toEqual([
    { name: expect.stringMatching(/^dugout_\d+_north-stand-1$/u) },
  ]);
  expect((await speaksFor(replica_url)).rows).toEqual([
    { name: expect.stringMatching(/^dugout_replica_\d+$/u) },
  ]);
});

test.each([
  ['there is no address', [], '', 'DUGOUT_CLOUD_DATABASE_URL is not set'],
  ['the address is none', [], 'mysql://here', 'DUGOUT_CLOUD_DATABASE_URL: must be like postgresql://'],
  ['nobody is there', [], 'postgresql://dugout@127.0.0.1:9/dugout', 'ECONNREFUSED'],
  ['the site is no slug', ['--site', 'North Stand'], undefined, 'A site has a slug'],
])('fails, and says why, when %s', async (_why, args, url, why) => {
  const { status, out, errors } = await migrateCloud(args, url);
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(errors).toContain(why);
});
