import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../../appliance/src/testing/temporary-directory.ts';
import { aCloud } from '../../../cloud-sync/src/testing/a-cloud.ts';
import { addPlayers, aShippedVenue, playerId } from '../../../cloud-sync/src/testing/shipped-venue.ts';
import { inCheckout } from '../checkout.ts';

const site = 'north';
let cloud: Awaited<ReturnType<typeof aCloud>>;
let siteUrl: string;
beforeAll(async () => {
  cloud = await aCloud();
  siteUrl = await cloud.siteUrl(site);
}, 120_000);
afterAll(() => cloud.stop());

/** Node itself and the modules take most of it. */
const smallHeap = ['--max-old-space-size=32'];

/** The verb as an operator types it; `onError` hears what it says beside its answer. */
async function dugout(
  args: readonly string[],
  directory: string,
  url: string | undefined = siteUrl,
  onError: (text: string, kill: () => void) => void = () => {},
  options: readonly string[] = [],
) {
  const child = spawn(process.execPath, [...options, inCheckout('scripts/src/dugout.ts'), ...args], {
    env: {
      ...process.env,
      DUGOUT_PROFILE: 'venue',
      DUGOUT_SITE_ID: site,
      DUGOUT_SECRET_KEY: 'a key that only tests know',
      DUGOUT_DATA_DIR: directory,
      ...(url === undefined ? {} : { DUGOUT_CLOUD_DATABASE_URL: url }),
    },
  });
  let answer = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
    onError(error, () => child.kill('SIGKILL'));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, answer, error };
}

test('verify, repair and status from the command line, with nothing else running', async () => {
  const venue = aShippedVenue(aTemporaryDirectory(), siteUrl, site);
  const { directory } = venue;
  addPlayers(venue, 0, 100);
  await venue.ship();
  await cloud.sql("UPDATE players SET name = 'Somebody' WHERE id = $1", [playerId(42)]);
  const found = await dugout(['sync', 'verify', '--json'], directory);
  expect(found.code).toBe(1);
  expect(JSON.parse(found.answer)).toMatchObject({
    result: 'different',
    differences: [{ table: 'players', key: [playerId(42)], kind: 'differs', quarantined: null }],
  });
  expect(await dugout(['sync', 'repair', '--json'], directory)).toMatchObject({ code: 0 });
  expect(await dugout(['sync', 'verify'], directory)).toMatchObject({
    code: 0,
    answer: expect.stringContaining('Equal'),
  });

  const nobody = 'postgresql://nobody@127.0.0.1:9/nothing';
  expect(await dugout(['sync', 'verify', '--json'], directory, nobody)).toMatchObject({ code: 2 });
  const status = await dugout(['sync', 'status', '--json'], directory);
  expect(JSON.parse(status.answer)).toMatchObject({ state: 'offline', epoch: 1, pending_changes: 0 });
}, 120_000);

test('a hundred thousand rows, one of them wrong, are compared in a small heap', async () => {
  await cloud.sql('DELETE FROM sync.site; DELETE FROM players');
  const venue = aShippedVenue(aTemporaryDirectory(), siteUrl, site);
  addPlayers(venue, 0, 100_000);
  await venue.ship();
  await cloud.sql("UPDATE players SET name = 'Somebody' WHERE id = $1", [playerId(77_777)]);
  const found = await dugout(['sync', 'verify', '--json'], venue.directory, siteUrl, undefined, smallHeap);
  expect(found.code).toBe(1);
  expect(JSON.parse(found.answer)).toMatchObject({
    difference_count: 1,
    differences: [{ key: [playerId(77_777)] }],
  });
}, 120_000);

test('a restore that is killed in the middle is done again, and the venue is whole', async () => {
  await cloud.sql('DELETE FROM sync.site; DELETE FROM players');
  const old = aShippedVenue(aTemporaryDirectory(), siteUrl, site);
  addPlayers(old, 0, 20_000);
  await old.ship();
  const directory = join(aTemporaryDirectory(), 'data');
  const restore = ['restore', '--from-cloud'];
  const heart = setInterval(() => {
    cloud.sql('UPDATE sync.site SET heartbeat_at = sync.now_ms()').catch(() => {});
  }, 500);
  const refused = await dugout([...restore, '--json'], directory);
  clearInterval(heart);
  expect(refused).toMatchObject({ code: 1, error: expect.stringContaining('still speaks') });
  expect(JSON.parse(refused.answer)).toEqual({ error: expect.stringContaining('still speaks') });
  await cloud.sql('UPDATE sync.site SET heartbeat_at = 0');
  const killed = await dugout(restore, directory, siteUrl, (text, kill) => {
    if (text.includes('… rows')) kill();
  });
  expect(killed.code).toBeNull();
  expect(existsSync(join(directory, 'dugout.db'))).toBe(false);
  const again = await dugout([...restore, '--json'], directory);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.answer)).toMatchObject({ epoch: 3, whole: true, broken_references: {} });
  expect(await dugout(['sync', 'verify'], directory)).toMatchObject({ code: 0 });
}, 120_000);
