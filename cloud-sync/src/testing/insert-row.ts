import { insertInto } from '@dugout/appliance/platform/database/query.ts';
import { allTables } from '@dugout/appliance/tables';
import type { TestAppliance } from '@dugout/appliance/testing/test-appliance.ts';

/** Adds a row to a table of a venue, past its routes. */
export const insertRow = (venue: TestAppliance, table: string, row: Record<string, unknown>) => {
  const declared = allTables.find(({ name }) => name === table);
  if (declared === undefined) throw new Error(`there is no table ${table}`);
  return venue.database.write((tx) => tx.run(insertInto(declared), row as never));
};
