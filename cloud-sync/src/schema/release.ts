import type { Table } from '@dugout/appliance/platform/database/table.ts';
import { allTables } from '@dugout/appliance/tables';
import { readVenueSchema, type VenueSchema } from './venue-schema.ts';

/** What a release knows of venues' tables. */
export interface Release {
  /** The replicated ones. */
  readonly tables: readonly Table[];
  readonly venueSchema: VenueSchema;
}

export const thisRelease = (): Release => ({
  tables: allTables.filter(({ replication }) => replication === 'replicated'),
  venueSchema: readVenueSchema(),
});
