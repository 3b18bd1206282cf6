/**
 * Site: whose data this is, so that a demo's guests never mix with a venue's, nor one venue's with another's.
 *
 * Owns `site`. Calls no other module. Publishes nothing.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import { type SiteRow, site } from './site-tables.ts';

export const siteTables = [site];

const query = queriesOver<{ site: SiteRow }>();
const insertSite = insertInto(site);
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
}

export const createSiteModule = ({ database, clock, id, profile }: SiteModuleDeps) => ({
  /** Marks a new data directory as ours. Throws `ForeignData` for one that is not. */
  async start(): Promise<void> {
    const found = database.now.get(anySite, {});
    if (found === undefined) {
      await database.write((tx) => tx.run(insertSite, { id, profile, created_at: clock.now() }));
    } else if (found.id !== id || found.profile !== profile) {
      throw new ForeignData(found, { id, profile });
    }
  },
});
