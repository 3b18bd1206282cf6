import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { verifySite } from '../ranges/site-replica.ts';
import { migrateCloud } from '../schema/migrate-cloud.ts';
import { thisRelease } from '../schema/release.ts';
import { aCloud } from '../testing/a-cloud.ts';
import { aReplicatedVenue } from '../testing/a-replica.ts';
import { cloudRows, cloudSite, until, venueRows } from '../testing/a-venue.ts';
import { aMeasuredPlayer } from '../testing/measured-player.ts';

const site = 'labs';
const ofGloves = new Set([
  ...['gloves', 'glove_calibrations', 'glove_sessions', 'processing_events', 'analyses'],
  ...['player_events', 'player_changes'],
]);

test('a cloud of before gloves holds a venue that has some, is brought what it misses, and is equal then', async () => {
  const release = thisRelease();
  const cloud = await aCloud({
    tables: release.tables.filter(({ name }) => !ofGloves.has(name)),
    venueSchema: {
      ...release.venueSchema,
      indexes: release.venueSchema.indexes.filter(({ table }) => !ofGloves.has(table)),
    },
  });
  const venue = await aReplicatedVenue(cloud, { site });
  try {
    await aMeasuredPlayer(venue, [0.9]);
    await until(async () => (await cloudSite(cloud, site))?.state === 'schema_behind', 'that it is held');
    const { applied } = await migrateCloud(cloud.ownerUrl);
    expect(applied).toEqual(expect.arrayContaining([...ofGloves].map((name) => `table ${name}`)));
    await venue.caughtUp();
    const [here, there] = [venueRows(venue.directory), await cloudRows(cloud, site)];
    for (const name of ofGloves) {
      expect(here[name]?.length).toBeGreaterThan(0);
      expect(there[name]).toEqual(here[name]);
    }
    const siteUrl = await cloud.siteUrl(site);
    const access = { configured: true, connect: (name: string) => connect(siteUrl, { name }) };
    const parts = { site, dataDirectory: venue.directory, cloud: access, clock: systemClock };
    const verified = await verifySite(
      { ...parts, logger: pino({ level: 'silent' }) },
      { waitMs: 10_000, limit: 10 },
    );
    expect(verified).toMatchObject({ result: 'equal', differences: [] });
  } finally {
    await venue.stop();
    await cloud.stop();
  }
}, 120_000);
