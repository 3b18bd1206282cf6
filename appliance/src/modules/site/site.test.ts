import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, test } from 'vitest';
import { type Placeholders, queriesOver } from '../../platform/database/query.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import type { SiteRow } from './site-tables.ts';

it.each([
  { DUGOUT_SITE_ID: 'riverside-1' },
  { DUGOUT_PROFILE: 'venue', DUGOUT_SECRET_KEY: 'a secret of sixteen or more' },
])('refuses the data of another site or profile: %o', async (environment) => {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const first = await aTestAppliance({ directory });
  await first.stop();

  await expect(aTestAppliance({ directory, environment })).rejects.toThrow(/belongs to site labs/u);

  const again = await aTestAppliance({ directory });
  await again.stop();
});

const anySite = queriesOver<{ site: SiteRow }>()((db, _: Placeholders<object>) =>
  db.selectFrom('site').selectAll(),
);

test('the data says what the venue is called and by which days it lives, as it is set up now', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, timezone, hour] of [
    ['North stand', 'America/Chicago', 4],
    ['South stand', 'Europe/Berlin', 6],
  ] as const) {
    const environment = {
      DUGOUT_SITE_NAME: name,
      DUGOUT_TIMEZONE: timezone,
      DUGOUT_DAY_STARTS_AT: String(hour),
    };
    const venue = await aTestAppliance({ directory, environment });
    expect(venue.database.now.get(anySite, {})).toMatchObject({ name, timezone, day_starts_at: hour });
    await venue.stop();
  }
});
