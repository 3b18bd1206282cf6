import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { createVenueTime } from '@dugout/appliance/platform/venue-time.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { openBookkeeping } from '../shipping/bookkeeping.ts';
import { aCloud } from '../testing/a-cloud.ts';
import { addPlayers, aShippedVenue, playerId, type ShippedVenue } from '../testing/shipped-venue.ts';
import { createAudit } from './audit.ts';
import { repairSite, verifySite } from './site-replica.ts';

const site = 'north';
const hour = 3_600_000;
vi.setConfig({ testTimeout: 120_000 });
let cloud: Awaited<ReturnType<typeof aCloud>>;
let siteUrl: string;
beforeAll(async () => {
  cloud = await aCloud();
  siteUrl = await cloud.siteUrl(site);
}, 120_000);
afterAll(() => cloud.stop());

let venue: ShippedVenue;
let now: number;
const messages: string[] = [];
beforeEach(async () => {
  for (const { name } of await cloud.sql<{ name: string }>('SELECT name FROM sync.replica_table'))
    await cloud.sql(`DELETE FROM public.${name}`);
  await cloud.sql('DELETE FROM sync.site; DELETE FROM sync.orphan; DELETE FROM sync.quarantine');
  venue = aShippedVenue(aTemporaryDirectory(), siteUrl, site);
  now = Date.parse('2026-06-01T12:00:00Z');
  messages.length = 0;
});

const access = { configured: true, connect: (name: string) => connect(siteUrl, { name }) };
const place = () => ({
  site,
  dataDirectory: venue.directory,
  cloud: access,
  clock: { ...systemClock, now: () => now },
  logger: pino({ level: 'error' }, { write: (line: string) => void messages.push(line) }),
});

function anAudit() {
  const bookkeeping = openBookkeeping(venue.directory, systemClock);
  const audit = createAudit({ ...place(), bookkeeping, venueTime: createVenueTime('UTC', 4) });
  onTestFinished(async () => {
    await audit.stop();
    bookkeeping.close();
  });
  return audit;
}
async function lookAtAll(audit: ReturnType<typeof createAudit>): Promise<number> {
  let looks = 0;
  while (await audit.look()) looks += 1;
  return looks;
}

test('the whole database is looked at once a day, in stretches, and what has changed once an hour', async () => {
  addPlayers(venue, 0, 9_000);
  await venue.ship();
  const audit = anAudit();
  expect(audit.figures().audit_coverage_age_seconds).toBe(-1);
  const whole = await lookAtAll(audit);
  expect(audit.figures()).toMatchObject({ audit_coverage_age_seconds: 0, audit_mismatches_total: 0 });
  expect(audit.figures().audit_rows_total).toBeGreaterThanOrEqual(9_000);
  expect(await lookAtAll(audit)).toBe(0);

  now += hour;
  expect(audit.figures().audit_coverage_age_seconds).toBe(3_600);
  expect(await lookAtAll(audit)).toBe(0);
  venue.run("UPDATE players SET name = 'Renamed' WHERE id = ?", playerId(1));
  await venue.ship();
  now += hour;
  expect(await lookAtAll(audit)).toBe(3);

  now += 24 * hour;
  expect(await lookAtAll(audit)).toBe(whole);
});

test('a round that was cut short goes on where it was', async () => {
  addPlayers(venue, 0, 9_000);
  await venue.ship();
  const first = anAudit();
  const bySlices = await lookAtAll(anAudit());
  now += 24 * hour;
  let looks = 0;
  for (let at = 0; at < 3; at += 1) looks += (await first.look()) ? 1 : 0;
  expect(looks + (await lookAtAll(anAudit()))).toBe(bySlices);
});

test('a row that was changed by hand is told loudly and made right, both images kept', async () => {
  addPlayers(venue, 0, 5_000);
  await venue.ship();
  await cloud.sql("UPDATE players SET name = 'Somebody' WHERE id = $1", [playerId(4_500)]);
  const audit = anAudit();
  await lookAtAll(audit);
  expect(audit.figures().audit_mismatches_total).toBe(1);
  expect(messages.join()).toContain('the replica differs from the venue');
  expect(messages.join()).toContain(playerId(4_500));
  expect(await verifySite(place(), { waitMs: 0, limit: 1 })).toMatchObject({ result: 'equal' });
  const [orphan] = await cloud.sql<{ why: string }>('SELECT why FROM sync.orphan');
  expect(orphan).toEqual({ why: 'audit' });
});

test('rows on their way are no alarm', async () => {
  addPlayers(venue, 0, 100);
  await venue.ship();
  venue.run("UPDATE players SET name = 'Renamed'");
  const audit = anAudit();
  await lookAtAll(audit);
  expect(audit.figures().audit_mismatches_total).toBe(0);
  expect(messages).toEqual([]);
});

test('a row that the replica cannot hold is quarantined by a repair, named, and released when it is mended', async () => {
  addPlayers(venue, 0, 300);
  await venue.ship();
  await cloud.sql('DELETE FROM players WHERE id = ANY ($1)', [[playerId(7), playerId(250)]]);
  // As if a hand had put it there: what the venue's own code never writes.
  venue.connection.pragma('ignore_check_constraints = ON');
  venue.connection.exec('DROP TRIGGER capture_players_update');
  venue.run("UPDATE players SET name = 'a' || char(0) || 'b' WHERE id = ?", playerId(7));
  expect(await repairSite(place())).toMatchObject({ repaired: 1, quarantined: 1, reason: null });
  const found = await verifySite(place(), { waitMs: 0, limit: 10 });
  expect(found).toMatchObject({ result: 'different', differenceCount: 1 });
  expect(found.differences[0]).toMatchObject({ table: 'players', key: [playerId(7)], kind: 'only_venue' });
  expect(found.differences[0]?.quarantined).not.toBeNull();

  venue.run("UPDATE players SET name = 'ab' WHERE id = ?", playerId(7));
  expect(await repairSite(place())).toMatchObject({ repaired: 1, quarantined: 0, released: 1 });
  expect(await verifySite(place(), { waitMs: 0, limit: 10 })).toMatchObject({ result: 'equal' });
});
