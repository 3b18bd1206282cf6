import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import Sqlite from 'better-sqlite3';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { verifySite } from '../ranges/site-replica.ts';
import { aCloud } from '../testing/a-cloud.ts';
import { addPlayers, aShippedVenue, playerId, type ShippedVenue, steps } from '../testing/shipped-venue.ts';
import { rehearseRestore } from './rehearse.ts';
import { ResolveRefused, setVenueAside, venueWins, weighUp } from './resolve.ts';
import { restoreFromCloud } from './restore.ts';

const site = 'north';
vi.setConfig({ testTimeout: 120_000 });
let cloud: Awaited<ReturnType<typeof aCloud>>;
let siteUrl: string;
beforeAll(async () => {
  cloud = await aCloud();
  siteUrl = await cloud.siteUrl(site);
}, 120_000);
afterAll(() => cloud.stop());

let venue: ShippedVenue;
beforeEach(async () => {
  for (const { name } of await cloud.sql<{ name: string }>('SELECT name FROM sync.replica_table'))
    await cloud.sql(`DELETE FROM public.${name}`);
  await cloud.sql('DELETE FROM sync.site; DELETE FROM sync.orphan; DELETE FROM sync.command');
  venue = aShippedVenue(aTemporaryDirectory(), siteUrl, site);
});

const access = { configured: true, connect: (name: string) => connect(siteUrl, { name }) };
const logger = pino({ level: 'silent' });
const here = () => ({ site, dataDirectory: venue.directory, cloud: access, clock: systemClock, logger });
const verified = () => verifySite(here(), { waitMs: 0, limit: 10 });
const orphans = () =>
  cloud.sql<{ key: string; row: { replica: { name: string } | null; venue: { name: string } | null } }>(
    'SELECT key, "row" FROM sync.orphan ORDER BY key',
  );

/**
 * A backup is put back, and the venue goes on from there. Player 1 is as the backup has it and newer in the cloud,
 * player 2 was changed on both sides, 100 is in the cloud alone, 200 at the venue alone.
 */
async function aRewoundVenue(): Promise<void> {
  addPlayers(venue, 0, 20);
  await venue.ship();
  venue.connection.pragma('wal_checkpoint(TRUNCATE)');
  const backup = join(aTemporaryDirectory(), 'backup.db');
  copyFileSync(join(venue.directory, 'dugout.db'), backup);
  venue.run("UPDATE players SET name = 'Cloud 1' WHERE id = ?", playerId(1));
  venue.run("UPDATE players SET name = 'Cloud 2' WHERE id = ?", playerId(2));
  addPlayers(venue, 100, 1);
  await venue.ship();
  venue.close();
  const { directory } = venue;
  for (const name of readdirSync(directory).filter((file) => file.startsWith('dugout.db-')))
    copyFileSync('/dev/null', join(directory, name));
  copyFileSync(backup, join(directory, 'dugout.db'));
  venue = aShippedVenue(directory, siteUrl, site);
  venue.run("UPDATE players SET name = 'Venue 2' WHERE id = ?", playerId(2));
  addPlayers(venue, 200, 1);
  venue.connection.pragma('wal_checkpoint(TRUNCATE)');
}

const names = () =>
  cloud.sql<{ id: string; name: string }>('SELECT id, name FROM players WHERE id = ANY ($1) ORDER BY id', [
    [playerId(1), playerId(2), playerId(100), playerId(200)],
  ]);

test('a rewound venue is weighed against the replica, and nothing is changed by that', async () => {
  await aRewoundVenue();
  expect((await verified()).reason).toContain('fenced');
  expect(await weighUp(here())).toMatchObject({
    differing: 2,
    onlyVenue: 1,
    onlyReplica: 1,
    venue: { epoch: 1 },
    replica: { epoch: 1 },
  });
  expect(await orphans()).toEqual([]);
});

test('the venue wins: the replica is its image, what it was is kept, and shipping goes on', async () => {
  await aRewoundVenue();
  expect(await venueWins(here())).toMatchObject({ epoch: 2, repaired: 4 });
  expect(await verified()).toMatchObject({ result: 'equal' });
  expect((await names()).map(({ name }) => name)).toEqual(['Player 1', 'Venue 2', 'Player 200']);
  expect((await orphans()).map(({ row }) => [row.replica?.name, row.venue?.name])).toEqual([
    ['Cloud 1', 'Player 1'],
    ['Cloud 2', 'Venue 2'],
    ['Player 100', undefined],
    [undefined, 'Player 200'],
  ]);
  venue.run("UPDATE players SET name = 'Later' WHERE id = ?", playerId(1));
  expect(await venue.ship()).toBe(1);
  expect(await verified()).toMatchObject({ result: 'equal' });
});

test('a command whose result was in the history that lost is for a person to look at, not done again', async () => {
  await aRewoundVenue();
  await cloud.sql(
    `INSERT INTO sync.command (id, site_id, key, actor_id, actor_name, actor_role, method, path, summary, headers, body, created_at, expires_at)
     VALUES ('c1', $1, 'k', 'a', 'Ann', 'staff', 'POST', '/x', 'x', '{}', '', 1, 9999999999999)`,
    [site],
  );
  const columns = await cloud.sql<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_name = 'command_inbox' AND table_schema = 'public' AND column_name NOT IN ('site_id', '_extra', 'command_id')`,
  );
  await cloud.sql(
    `INSERT INTO command_inbox (site_id, command_id, ${columns.map(({ name }) => name).join(', ')})
     VALUES ($1, 'c1', ${columns.map(({ type }) => (type === 'bigint' ? '1' : "'applied'")).join(', ')})`,
    [site],
  );
  await venueWins(here());
  expect(await cloud.sql('SELECT status FROM sync.command_state')).toEqual([{ status: 'needs_review' }]);
});

test('the cloud wins: what the venue has otherwise is kept, its database is set aside, and a new one is built', async () => {
  await aRewoundVenue();
  const { kept, setAside } = await setVenueAside(here());
  expect(kept).toBe(3);
  expect((await orphans()).map(({ row }) => row.venue?.name)).toEqual(['Player 1', 'Venue 2', 'Player 200']);
  const old = new Sqlite(join(setAside, 'dugout.db'), { readonly: true });
  expect(old.prepare('SELECT name FROM players WHERE id = ?').pluck().get(playerId(200))).toBe('Player 200');
  old.close();

  expect(existsSync(join(venue.directory, 'dugout.db'))).toBe(false);
  await restoreFromCloud({ ...here(), mediaUrl: undefined, migrations: steps(), onStep: () => {} });
  expect(await verified()).toMatchObject({ result: 'equal' });
  expect((await names()).map(({ name }) => name)).toEqual(['Cloud 1', 'Cloud 2', 'Player 100']);
});

test('where there is one history there is nothing to choose', async () => {
  addPlayers(venue, 0, 1);
  await venue.ship();
  await expect(weighUp(here())).rejects.toThrow(ResolveRefused);
  await expect(venueWins(here())).rejects.toThrow(ResolveRefused);
  await expect(setVenueAside(here())).rejects.toThrow(ResolveRefused);
});

test('a rehearsal proves that the venue could be rebuilt, fences nobody and leaves nothing behind', async () => {
  addPlayers(venue, 0, 500);
  await venue.ship();
  const before = readdirSync(venue.directory).sort();
  expect(await rehearseRestore({ ...here(), migrations: steps() })).toMatchObject({ whole: true });
  expect(readdirSync(venue.directory).sort()).toEqual(before);
  addPlayers(venue, 500, 1);
  await venue.ship();
  expect(await verified()).toMatchObject({ result: 'equal' });
});
