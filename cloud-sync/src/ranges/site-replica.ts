import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { allTables } from '@dugout/appliance/tables';
import type { Logger } from 'pino';
import type { PostgresConnection } from '../postgres/connection.ts';
import { PostgresFailure } from '../postgres/failure.ts';
import type { CloudAccess } from '../shipping/cloud-access.ts';
import { keyFromJson, keyJson } from '../shipping/json-encoding.ts';
import { differencesOfTable } from './compare.ts';
import { obstacleAt } from './known-boundaries.ts';
import { countPictures, type PicturesThere } from './named-pictures-there.ts';
import {
  lockInStep,
  type Repaired,
  RepairImpossible,
  type RepairParts,
  repairRows,
  rowsAtOnce,
} from './repair.ts';
import { type Ask, askOver, createReplicaSide } from './replica-side.ts';
import { type Key, openVenueSide, type VenueSide } from './venue-side.ts';
import { type NamedDifference, type Verification, type VerifyParts, verify } from './verify.ts';

/** A venue's data directory and the way to its replica. */
export interface SiteReplica {
  readonly site: string;
  readonly dataDirectory: string;
  readonly cloud: Pick<CloudAccess, 'configured' | 'connect'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SiteVerification extends Omit<Verification, 'differences'> {
  /** With why the replica cannot hold the row, where that is known. */
  readonly differences: readonly (NamedDifference & { readonly quarantined: string | null })[];
  /** Null when it could not tell. */
  readonly pictures: PicturesThere | null;
}

/** Compares the whole replica with the venue, whoever of the appliance and the daemon is running, and changes nothing. */
export async function verifySite(
  place: SiteReplica,
  { waitMs, limit }: { readonly waitMs: number; readonly limit: number },
): Promise<SiteVerification> {
  return withSides(
    place,
    (reason) => ({ ...couldNotTell(reason), pictures: null }),
    async ({ venue, ask, obstacle }) => {
      const parts: VerifyParts = {
        sides: { venue, replica: createReplicaSide(ask, place.site) },
        obstacle,
        clock: place.clock,
        waitMs,
        limit,
      };
      const found = await verify(parts);
      const quarantine = await quarantinedRows(ask, place.site);
      const reasons = new Map(quarantine.map(({ table, key, error }) => [`${table} ${keyJson(key)}`, error]));
      return {
        ...found,
        differences: found.differences.map((difference) => ({
          ...difference,
          quarantined: reasons.get(`${difference.table} ${keyJson(difference.key)}`) ?? null,
        })),
        pictures: found.replicaAt === null ? null : await countPictures(ask, place.site, allTables),
      };
    },
  );
}

export interface SiteRepair extends Repaired {
  /** Why nothing, or not everything, was done; null when all was. */
  readonly reason: string | null;
  /** Rows that were quarantined before and are right now. */
  readonly released: number;
}

/**
 * Makes every row of the replica the venue's that is not on its way anyway. Finds them on one connection and makes them
 * right on another, a few at a time, beside a daemon that goes on.
 */
export async function repairSite(place: SiteReplica): Promise<SiteRepair> {
  const nothing = { repaired: 0, onTheirWay: 0, quarantined: 0, released: 0 };
  return withSides(
    place,
    (reason) => ({ ...nothing, reason }),
    async (finding) =>
      withSides(
        place,
        (reason) => ({ ...nothing, reason }),
        async (mending) => {
          const sides = {
            venue: mending.venue,
            replica: createReplicaSide(mending.ask, place.site),
          };
          const parts: RepairParts = {
            sides,
            ask: mending.ask,
            site: place.site,
            lock: lockInStep(sides, mending.obstacle),
            why: 'repair',
            now: place.clock.now,
            logger: place.logger,
          };
          try {
            const before = await quarantinedRows(finding.ask, place.site);
            const found = await repairDifferences(place, finding, parts);
            for (const { table: name, key } of before) {
              const table = mending.venue.tables.get(name);
              if (table !== undefined) await repairRows(parts, table, [key]);
            }
            const after = await quarantinedRows(finding.ask, place.site);
            return {
              ...found,
              released: Math.max(0, before.length - after.length),
              quarantined: after.length,
              reason: null,
            };
          } catch (error) {
            if (error instanceof RepairImpossible) return { ...nothing, reason: error.message };
            throw error;
          }
        },
      ),
  );
}

async function repairDifferences(place: SiteReplica, finding: Sides, parts: RepairParts): Promise<Repaired> {
  const { venue, ask, obstacle } = finding;
  const replica = createReplicaSide(ask, place.site);
  const standing = await replica.begin();
  if (standing === null) throw new RepairImpossible('the replica has nothing of this site');
  const inTheWay = obstacle(standing, venue.begin());
  if (inTheWay !== null) throw new RepairImpossible(inTheWay.reason);
  venue.leaveOutSince(standing.seq);
  const total = { repaired: 0, onTheirWay: 0, quarantined: 0 };
  for (const table of venue.tables.values()) {
    if (!replica.known().has(table.name)) continue;
    let keys: Key[] = [];
    const mend = async () => {
      const { repaired, onTheirWay, quarantined } = await repairRows(parts, table, keys);
      total.repaired += repaired;
      total.onTheirWay += onTheirWay;
      total.quarantined += quarantined;
      keys = [];
    };
    for await (const { key } of differencesOfTable({ venue, replica }, table)) {
      keys.push(key);
      if (keys.length === rowsAtOnce) await mend();
    }
    if (keys.length > 0) await mend();
  }
  await replica.commit();
  return total;
}

interface Sides {
  readonly venue: VenueSide;
  readonly ask: Ask;
  readonly obstacle: ReturnType<typeof obstacleAt>;
}

/** Opens both sides; what stands in the way of that is an answer, too. */
async function withSides<Result>(
  { site, dataDirectory, cloud }: SiteReplica,
  impossible: (reason: string) => Result,
  work: (sides: Sides) => Promise<Result>,
): Promise<Result> {
  if (!cloud.configured) return impossible('no cloud is configured: DUGOUT_CLOUD_DATABASE_URL is not set');
  if (!existsSync(join(dataDirectory, 'dugout.db')))
    return impossible(`there is no database in ${dataDirectory}`);
  let connection: PostgresConnection | undefined;
  let venue: VenueSide | undefined;
  try {
    connection = await cloud.connect(`dugout compare ${site}`);
    venue = openVenueSide(dataDirectory);
    return await work({ venue, ask: askOver(connection), obstacle: obstacleAt(dataDirectory, venue) });
  } catch (error) {
    if (!(error instanceof PostgresFailure)) throw error;
    return impossible(`the cloud does not answer: ${error.message}`);
  } finally {
    venue?.close();
    await connection?.close();
  }
}

const couldNotTell = (reason: string): Verification & { differences: [] } => ({
  result: 'unknown',
  reason,
  replicaAt: null,
  venueAt: null,
  rows: 0,
  differences: [],
  differenceCount: 0,
  oneSided: [],
  undecided: 0,
});

async function quarantinedRows(
  ask: Ask,
  site: string,
): Promise<{ table: string; key: Key; error: string }[]> {
  const rows = await ask<{ table_name: string; key: string; error: string }>(
    'SELECT table_name, key, error FROM sync.quarantine WHERE site_id = $1',
    [site],
  );
  return rows.map(({ table_name, key, error }) => ({
    table: table_name,
    key: keyFromJson(JSON.parse(key)) ?? [],
    error,
  }));
}
