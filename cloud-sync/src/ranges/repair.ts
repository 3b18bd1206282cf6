import type { Logger } from 'pino';
import { failureKindOf, PostgresFailure } from '../postgres/failure.ts';
import type { Batch } from '../shipping/batch.ts';
import { batchJson, keyJson } from '../shipping/json-encoding.ts';
import { fitted, imageOf } from '../shipping/parcel.ts';
import type { VenueTable } from '../venue/venue-tables.ts';
import { type BothSides, differencesAmong, type RowDifference } from './compare.ts';
import { keepImages } from './orphans.ts';
import type { Ask, ReplicaStanding } from './replica-side.ts';
import type { Key, Row, VenueSide, VenueStanding } from './venue-side.ts';
import type { Obstacle } from './verify.ts';

export interface RepairParts {
  readonly sides: BothSides;
  /** On the connection of the replica's side, in whose transaction everything is done. */
  readonly ask: Ask;
  readonly site: string;
  /** Begins a transaction in which the replica cannot move, and the venue's snapshot after it. */
  lock(): Promise<ReplicaStanding>;
  /** What is written down with the images. */
  readonly why: string;
  readonly now: () => number;
  readonly logger: Pick<Logger, 'error'>;
}

export interface Repaired {
  /** Rows of the replica that are the venue's now. */
  readonly repaired: number;
  /** Rows that have changed since, which the daemon is about to ship. */
  readonly onTheirWay: number;
  /** Rows that the replica refuses. */
  readonly quarantined: number;
}

/** The replica stands elsewhere, or the venue's log cannot tell. Nothing was changed. */
export class RepairImpossible extends Error {
  override readonly name = 'RepairImpossible';
}

const none: Repaired = { repaired: 0, onTheirWay: 0, quarantined: 0 };
const sum = (one: Repaired, other: Repaired): Repaired => ({
  repaired: one.repaired + other.repaired,
  onTheirWay: one.onTheirWay + other.onTheirWay,
  quarantined: one.quarantined + other.quarantined,
});

/** Rows of one transaction: who ships waits as long as it lasts. */
export const rowsAtOnce = 200;

/**
 * Makes rows of the replica equal to the venue's, and keeps both images in `sync.orphan`. While the site's row is
 * locked its standing cannot move, so whatever the venue's log does not name after it is to be as it is at the venue.
 * Rows that it names are left to the daemon, beside which this is safe.
 */
export async function repairRows(
  parts: RepairParts,
  table: VenueTable,
  keys: readonly Key[],
): Promise<Repaired> {
  let all = none;
  for (let from = 0; from < keys.length; from += rowsAtOnce)
    all = sum(all, await repairSome(parts, table, keys.slice(from, from + rowsAtOnce)));
  return all;
}

async function repairSome(parts: RepairParts, table: VenueTable, keys: readonly Key[]): Promise<Repaired> {
  const { replica } = parts.sides;
  try {
    return await repairTogether(parts, table, keys);
  } catch (error) {
    await replica.rollback();
    if (failureKindOf(error) !== 'data') throw error;
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) return quarantine(parts, table, only, error);
    const middle = Math.ceil(keys.length / 2);
    const first = await repairSome(parts, table, keys.slice(0, middle));
    return sum(first, await repairSome(parts, table, keys.slice(middle)));
  }
}

async function repairTogether(
  parts: RepairParts,
  table: VenueTable,
  keys: readonly Key[],
): Promise<Repaired> {
  const { sides, ask, site, logger } = parts;
  const { venue, replica } = sides;
  const standing = await parts.lock();
  const quiet = venue.notLeftOut(table, keys);
  const differences: RowDifference[] = [];
  for await (const difference of differencesAmong(sides, table, quiet)) differences.push(difference);
  if (differences.length > 0) {
    await keepImages(
      { sides, ask, site, why: parts.why, now: parts.now, epoch: standing.epoch },
      table,
      differences.map(({ key }) => key),
    );
    await ask('SELECT sync.apply($1, $2)', [
      site,
      batchJson(rightRows(parts, standing, table, differences), replica.catalogue()),
    ]);
  }
  await forgetQuarantine(parts, table, quiet);
  await replica.commit();
  for (const { key, kind } of differences)
    logger.error(
      { table: table.name, key: keyJson(key), kind, site },
      'a row of the replica was not the venue’s; it is now',
    );
  return { ...none, repaired: differences.length, onTheirWay: keys.length - quiet.length };
}

/**
 * Holds the site's row: its standing cannot move until the end of the transaction. Throws `RepairImpossible` when the
 * venue's log does not tell what has changed since.
 */
export const lockInStep =
  (
    { venue, replica }: BothSides,
    obstacle: (replica: ReplicaStanding, venue: VenueStanding) => Obstacle | null,
  ): (() => Promise<ReplicaStanding>) =>
  async () => {
    const standing = await replica.beginLocked();
    if (standing === null) throw new RepairImpossible('the replica has nothing of this site');
    const inTheWay = obstacle(standing, venue.begin());
    if (inTheWay !== null) throw new RepairImpossible(inTheWay.reason);
    venue.leaveOutSince(standing.seq);
    return standing;
  };

/** Throws for a text that is none: its bytes are no UTF-8, and the nearest text is not what is stored. */
function readable(venue: VenueSide, table: VenueTable, key: Key): Row | null {
  if (venue.isReadable(table, key)) return venue.row(table, key);
  throw new PostgresFailure('a text of it is not UTF-8', 'data');
}

/** A batch that leaves the site where it stands. */
function rightRows(
  { sides: { venue, replica } }: RepairParts,
  standing: ReplicaStanding,
  table: VenueTable,
  differences: readonly RowDifference[],
): Batch {
  const rows = differences.map(({ key }) => ({ key, row: readable(venue, table, key) }));
  const { epoch, seq, tok, consistentSeq, pending, state, cursor } = standing;
  return fitted(
    {
      epoch,
      from: { seq, tok },
      to: { seq, tok },
      complete: consistentSeq === seq,
      commitAt: null,
      pending,
      state: state as Batch['state'],
      cursor: cursor as Batch['cursor'],
      ranges: [],
      tables: [
        {
          table: table.name,
          key: table.key,
          columns: table.columns.map(({ name }) => name),
          upserts: rows.flatMap(({ row }) => (row === null ? [] : [row])),
          deletes: rows.flatMap(({ key, row }) => (row === null ? [key] : [])),
        },
      ],
    },
    replica.known(),
  );
}

async function forgetQuarantine(
  { ask, site }: RepairParts,
  table: VenueTable,
  keys: readonly Key[],
): Promise<void> {
  await ask('DELETE FROM sync.quarantine WHERE site_id = $1 AND table_name = $2 AND key = ANY ($3::text[])', [
    site,
    table.name,
    keys.map(keyJson),
  ]);
}

/** The row itself is what the replica cannot take: kept there byte by byte, with the reason. */
async function quarantine(
  { sides: { venue }, ask, site, now, logger }: RepairParts,
  table: VenueTable,
  key: Key,
  error: unknown,
): Promise<Repaired> {
  const row = venue.storedRow(table, key);
  const image =
    row === null
      ? null
      : imageOf(
          table.columns.map(({ name }) => name),
          row,
        );
  const reason = error instanceof Error ? error.message : String(error);
  await ask(
    `INSERT INTO sync.quarantine (site_id, table_name, key, error, row_bytes, at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (site_id, table_name, key)
     DO UPDATE SET error = excluded.error, row_bytes = excluded.row_bytes, at = excluded.at`,
    [site, table.name, keyJson(key), reason, image, now()],
  );
  logger.error({ table: table.name, key: keyJson(key), site, reason }, 'the replica cannot hold a row');
  return { ...none, quarantined: 1 };
}
