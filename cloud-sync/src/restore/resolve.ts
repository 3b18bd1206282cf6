import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { applianceIdIn } from '@dugout/appliance/platform/change-log/appliance-id.ts';
import { type Clock, toMoment } from '@dugout/appliance/platform/clock.ts';
import Sqlite from 'better-sqlite3';
import type { Logger } from 'pino';
import { type BothSides, differencesOfTable, type RowDifference } from '../ranges/compare.ts';
import { obstacleAt } from '../ranges/known-boundaries.ts';
import { keepImages } from '../ranges/orphans.ts';
import { RepairImpossible, type RepairParts, repairRows, rowsAtOnce } from '../ranges/repair.ts';
import { type Ask, askOver, createReplicaSide, type ReplicaStanding } from '../ranges/replica-side.ts';
import { openVenueSide, type VenueStanding } from '../ranges/venue-side.ts';
import { openBookkeeping } from '../shipping/bookkeeping.ts';
import type { CloudAccess } from '../shipping/cloud-access.ts';
import type { VenueTable } from '../venue/venue-tables.ts';
import { holdDirectory } from './hold-directory.ts';
import { beginLife, reviewCommands, standAt } from './site-life-store.ts';
import { syncToDisk } from './sync-to-disk.ts';

export interface ResolveParts {
  readonly site: string;
  readonly dataDirectory: string;
  readonly cloud: Pick<CloudAccess, 'connect'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Two histories, and how far apart they are. */
export interface Conflict {
  /** Why the site is fenced. */
  readonly reason: string;
  readonly venue: { readonly epoch: number; readonly seq: number };
  readonly replica: { readonly epoch: number; readonly seq: number; readonly commitAt: number | null };
  /** Rows that both have, with different contents. */
  readonly differing: number;
  readonly onlyVenue: number;
  readonly onlyReplica: number;
}

/** There is nothing to choose between, or it cannot be done; nothing was changed. */
export class ResolveRefused extends Error {
  override readonly name = 'ResolveRefused';
}

const secondHistory = 'the other history was chosen';

/** Says what a choice is about, and changes nothing. */
export const weighUp = (parts: ResolveParts): Promise<Conflict> =>
  withConflict(parts, async (conflict) => {
    const counts = { differs: 0, only_venue: 0, only_replica: 0 };
    for await (const { kind } of allDifferences(conflict.sides)) counts[kind] += 1;
    const { reason, ours, theirs } = conflict;
    return {
      reason,
      venue: { epoch: ours.epoch, seq: ours.seq },
      replica: { epoch: theirs.epoch, seq: theirs.seq, commitAt: theirs.commitAt },
      differing: counts.differs,
      onlyVenue: counts.only_venue,
      onlyReplica: counts.only_replica,
    };
  });

export interface VenueWon {
  readonly epoch: number;
  /** Rows of the replica that are the venue's now; what they were is in `sync.orphan`. */
  readonly repaired: number;
  readonly quarantined: number;
}

/**
 * The venue's history goes on, and the replica is made its image. The cloud begins a new life first, so that a rival is
 * fenced; then the rows are made right; then the venue learns of its new life; last the replica stands where the venue
 * does. Broken off anywhere the site is fenced as before, and the choice can be made again.
 */
export const venueWins = (parts: ResolveParts): Promise<VenueWon> =>
  withConflict(parts, async (conflict) => {
    const { sides, ask, mending, ours } = conflict;
    const { site, dataDirectory, clock, logger } = parts;
    const applianceId = applianceIdIn(dataDirectory);
    const detail = 'the venue’s history was chosen; the replica is being made equal';
    const epoch = await beginLife(mending.ask, site, { after: ours.epoch, applianceId, detail });
    if (epoch === null) throw new ResolveRefused('the replica has nothing of this site');
    const repair: RepairParts = {
      sides: mending.sides,
      ask: mending.ask,
      site,
      lock: async () => {
        const standing = await mending.sides.replica.beginLocked();
        if (standing?.epoch !== epoch)
          throw new RepairImpossible('another appliance has begun a life of this site');
        mending.sides.venue.begin();
        return standing;
      },
      why: secondHistory,
      now: clock.now,
      logger,
    };
    // Begun anew: the life that has just begun is in it.
    await sides.replica.begin();
    let repaired = 0;
    let quarantined = 0;
    for await (const [table, group] of grouped(allDifferences(sides))) {
      await reviewLostResults(mending.ask, site, table, group);
      const done = await repairRows(
        repair,
        table,
        group.map(({ key }) => key),
      );
      repaired += done.repaired;
      quarantined += done.quarantined;
    }
    await sides.replica.rollback();
    sides.venue.end();
    beginLifeAtVenue(dataDirectory, epoch, applianceId);
    const bookkeeping = openBookkeeping(dataDirectory, clock);
    bookkeeping.sending(ours, epoch);
    bookkeeping.acknowledged(ours, epoch);
    bookkeeping.close();
    if (!(await standAt(ask, site, epoch, ours)))
      throw new RepairImpossible('another appliance has begun a life of this site');
    return { epoch, repaired, quarantined };
  });

export interface VenueGaveWay {
  /** Rows of the venue that the replica does not have like this; kept in `sync.orphan`. */
  readonly kept: number;
  /** Where the database was set aside. */
  readonly setAside: string;
}

/**
 * The replica's history goes on: what the venue has otherwise is kept in the cloud for people to look at, and its
 * database is set aside, so that the directory can be rebuilt by `restoreFromCloud`.
 */
export const setVenueAside = (parts: ResolveParts): Promise<VenueGaveWay> =>
  withConflict(parts, async ({ sides, mending, ours }) => {
    const { site, dataDirectory, clock } = parts;
    const keeping = {
      sides: mending.sides,
      ask: mending.ask,
      site,
      epoch: ours.epoch,
      why: secondHistory,
      now: clock.now,
    };
    let kept = 0;
    for await (const [table, group] of grouped(allDifferences(sides))) {
      const keys = group.filter(({ kind }) => kind !== 'only_replica').map(({ key }) => key);
      if (keys.length === 0) continue;
      await mending.sides.replica.beginLocked();
      mending.sides.venue.begin();
      await keepImages(keeping, table, keys);
      await mending.sides.replica.commit();
      kept += keys.length;
    }
    sides.venue.close();
    mending.sides.venue.close();
    return { kept, setAside: setAside(dataDirectory, clock.now()) };
  });

interface Found {
  readonly reason: string;
  readonly ours: VenueStanding;
  readonly theirs: ReplicaStanding;
  /** In snapshots, nothing left out: the log of one history says nothing of the other. */
  readonly sides: BothSides;
  readonly ask: Ask;
  /** A second pair, for what is changed meanwhile. */
  readonly mending: { readonly sides: BothSides; readonly ask: Ask };
}

async function withConflict<Result>(
  { site, dataDirectory, cloud }: ResolveParts,
  work: (found: Found) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(join(dataDirectory, 'dugout.db')))
    throw new ResolveRefused(`there is no database in ${dataDirectory}`);
  const release = holdDirectory(dataDirectory);
  const looking = openVenueSide(dataDirectory);
  const changing = openVenueSide(dataDirectory);
  try {
    const connections = [
      await cloud.connect(`dugout resolve ${site}`),
      await cloud.connect(`dugout resolve ${site}`),
    ] as const;
    try {
      const [ask, second] = [askOver(connections[0]), askOver(connections[1])];
      const replica = createReplicaSide(ask, site);
      const theirs = await replica.begin();
      if (theirs === null) throw new ResolveRefused('the replica has nothing of this site');
      const ours = looking.begin();
      const obstacle = obstacleAt(dataDirectory, looking)(theirs, ours);
      if (obstacle === null || !obstacle.reason.startsWith('fenced'))
        throw new ResolveRefused('venue and replica have one history: there is nothing to choose between');
      return await work({
        reason: obstacle.reason,
        ours,
        theirs,
        sides: { venue: looking, replica },
        ask,
        mending: { sides: { venue: changing, replica: createReplicaSide(second, site) }, ask: second },
      });
    } finally {
      for (const connection of connections) await connection.close();
    }
  } finally {
    looking.close();
    changing.close();
    release();
  }
}

async function* allDifferences(sides: BothSides): AsyncGenerator<RowDifference> {
  for (const table of sides.venue.tables.values())
    if (sides.replica.known().has(table.name)) yield* differencesOfTable(sides, table);
}

async function* grouped(
  differences: AsyncIterable<RowDifference>,
): AsyncGenerator<[VenueTable, readonly RowDifference[]]> {
  let group: RowDifference[] = [];
  for await (const difference of differences) {
    const [first] = group;
    if (first !== undefined && (first.table !== difference.table || group.length === rowsAtOnce)) {
      yield [first.table, group];
      group = [];
    }
    group.push(difference);
  }
  const [first] = group;
  if (first !== undefined) yield [first.table, group];
}

/** Before the results go: without them the commands would be done once more. */
async function reviewLostResults(
  ask: Ask,
  site: string,
  table: VenueTable,
  differences: readonly RowDifference[],
): Promise<void> {
  if (table.name !== 'command_inbox') return;
  const lost = differences.filter(({ kind }) => kind === 'only_replica').map(({ key }) => String(key[0]));
  if (lost.length > 0)
    await reviewCommands(ask, site, lost, 'what it did was in a history that was given up');
}

function beginLifeAtVenue(dataDirectory: string, epoch: number, applianceId: string): void {
  const connection = new Sqlite(join(dataDirectory, 'dugout.db'));
  try {
    connection.pragma('synchronous = FULL');
    connection.prepare('UPDATE change_log_life SET epoch = ?, appliance_id = ?').run(epoch, applianceId);
  } finally {
    connection.close();
  }
}

function setAside(dataDirectory: string, now: number): string {
  const connection = new Sqlite(join(dataDirectory, 'dugout.db'));
  try {
    // Everything is in the one file then, whatever becomes of the others.
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    connection.close();
  }
  const directory = join(dataDirectory, `set-aside-${toMoment(now).replaceAll(':', '')}`);
  mkdirSync(directory, { mode: 0o700 });
  const files = readdirSync(dataDirectory).filter((name) => /^(dugout|sync)\.db/u.test(name));
  for (const name of files.sort()) renameSync(join(dataDirectory, name), join(directory, name));
  syncToDisk(directory);
  syncToDisk(dataDirectory);
  return directory;
}
