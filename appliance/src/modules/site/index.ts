/**
 * Site: whose data this is, so that a demo's guests never mix with a venue's, nor one venue's with another's.
 *
 * Owns `site`. Calls no other module. Publishes nothing.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { insertInto, type Placeholders, queriesOver, updateColumns } from '../../platform/database/query.ts';
import { type SiteRow, site } from './site-tables.ts';

export const siteTables = [site];

const query = queriesOver<{ site: SiteRow }>();
const insertSite = insertInto(site);
const updateSettings = updateColumns(site, ['name', 'timezone', 'day_starts_at']);
const anySite = query((db, _: Placeholders<object>) => db.selectFrom('site').selectAll().limit(1));

/** The data directory belongs to another site, or to another profile. */
export class ForeignData extends Error {
  constructor(found: SiteRow, asked: Pick<SiteRow, 'id' | 'profile'>) {
    super(
      `the data directory belongs to site ${found.id} (profile ${found.profile}), and this appliance is set up as ` +
        `${asked.id} (profile ${asked.profile}): choose another DUGOUT_DATA_DIR, or mend DUGOUT_SITE_ID or DUGOUT_PROFILE`,
    );
    this.name = 'ForeignData';
  }
}

export interface SiteModuleDeps {
  database: Database;
  clock: Clock;
  id: string;
  profile: string;
  name: string;
  timezone: string;
  dayStartsAt: number;
}

export function createSiteModule({ database, clock, ...asked }: SiteModuleDeps) {
  const { id, profile, name, timezone, dayStartsAt: day_starts_at } = asked;
  return {
    /** Marks a new data directory as ours. Throws `ForeignData` for one that is not. */
    async start(): Promise<void> {
      const found = database.now.get(anySite, {});
      const row: SiteRow = { id, profile, created_at: clock.now(), name, timezone, day_starts_at };
      if (found === undefined) {
        await database.write((tx) => tx.run(insertSite, row));
      } else if (found.id !== id || found.profile !== profile) {
        throw new ForeignData(found, { id, profile });
      } else if (isOtherwise(found, row)) {
        await database.write((tx) => tx.run(updateSettings, row));
      }
    },
  };
}

const isOtherwise = (found: SiteRow, row: SiteRow): boolean =>
  found.name !== row.name || found.timezone !== row.timezone || found.day_starts_at !== row.day_starts_at;
