import type { Database } from '@dugout/appliance/platform/database/database.ts';
import { Problem } from '@dugout/appliance/platform/errors.ts';
import { replicaProblems } from './replica-problems.ts';

const refuse = (): never => {
  throw new Problem(replicaProblems.venue_only);
};

/**
 * What the appliance's modules stand on here. A request brings its own reader; nothing else is read, and nothing is
 * written: the venue is the only writer.
 */
export const refusingDatabase: Database = {
  write: async () => refuse(),
  reader: { all: async () => refuse(), get: async () => refuse() },
  now: { all: refuse, get: refuse },
  size: refuse,
  checkpoint: refuse,
  checkpointInBackground: refuse,
  close: () => {},
};
