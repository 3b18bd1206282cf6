import { seededRandom } from '@dugout/appliance/testing/seeded-random.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import {
  aDaemon,
  aGuest,
  aVenue,
  caughtUp,
  cloudRows,
  cloudSite,
  type Statement,
  type TestDaemon,
  type TestVenue,
  venueRows,
} from '../testing/a-venue.ts';

let cloud: TestCloud;
let site: string;
let sites = 0;
let url: string;
let venue: TestVenue;
const daemons: TestDaemon[] = [];

beforeAll(async () => {
  cloud = await aCloud();
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  sites += 1;
  site = `site-${sites}`;
  url = await cloud.siteUrl(site);
  venue = aVenue(aTemporaryDirectory());
});
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.lifecycle.stop();
  venue.close();
});

async function daemon(options: Parameters<typeof aDaemon>[2] = {}, directory = venue.directory) {
  const started = aDaemon(directory, url, { site, ...options });
  daemons.push(started);
  await started.lifecycle.start();
  return started;
}
const equal = async () => expect(await cloudRows(cloud, site)).toEqual(venueRows(venue.directory));

describe('what the venue has, the cloud has', () => {
  test('a copy of what was there, and every change after it', async () => {
    await venue.guests('before', 50);
    await daemon();
    await caughtUp(cloud, venue, site);
    await equal();
    await venue.write(aGuest('after'), ["UPDATE players SET name = 'Eve' WHERE id = 'before1'"]);
    await venue.write(["DELETE FROM players WHERE id = 'before2'"]);
    await caughtUp(cloud, venue, site);
    await equal();
    expect(await cloudSite(cloud, site)).toMatchObject({ state: 'live', pending: 0, cursor: null });
  });

  test.each([1, 2, 3])('after random transactions, history %i', async (seed) => {
    const random = seededRandom(seed);
    await daemon();
    for (let round = 0; round < 60; round += 1) await venue.write(...aTransaction(random));
    await caughtUp(cloud, venue, site);
    await equal();
  });

  test('values at the edges arrive as they are', async () => {
    await daemon();
    await caughtUp(cloud, venue, site);
    await venue.write(
      aGuest('large'),
      ['UPDATE players SET created_at = ? WHERE id = ?', 9_223_372_036_854_775_807n, 'large'],
      aGuest('small'),
      ['UPDATE players SET created_at = ? WHERE id = ?', -9_007_199_254_740_993n, 'small'],
      aGuest('words', 'tab\there \\N \n"quote" \u{fffd} 🏏 \r\u{1}'),
      aGuest('k\'"\\\t\n'),
      ['INSERT INTO counters (name, value) VALUES (?, ?)', '', -1],
      [
        "INSERT INTO device_presence (device, presence, at, clock_measured_ms) VALUES ('d', 'online', 1, ?)",
        0.1 + 0.2,
      ],
    );
    await caughtUp(cloud, venue, site);
    await equal();
  });
});

function aTransaction(random: () => number): Statement[] {
  const id = () => `p${Math.floor(random() * 40)}`;
  return Array.from({ length: 1 + Math.floor(random() * 6) }, (): Statement => {
    const kind = random();
    if (kind < 0.5)
      return [
        `INSERT INTO players (id, name, language, created_at) VALUES (?, ?, 'en', ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
        id(),
        `name ${random()}`,
        Math.floor(random() * 1e9),
      ];
    if (kind < 0.7) return ['DELETE FROM players WHERE id = ?', id()];
    if (kind < 0.85) return ["UPDATE OR IGNORE players SET id = ?, name = 'moved' WHERE id = ?", id(), id()];
    return [
      'INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1',
      id(),
    ];
  });
}
