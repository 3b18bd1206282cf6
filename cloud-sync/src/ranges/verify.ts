import { type Clock, sleep } from '@dugout/appliance/platform/clock.ts';
import type { StoredValue } from '../shipping/batch.ts';
import { type BothSides, differencesAmong, differencesOfTable, type RowDifference } from './compare.ts';
import type { ReplicaStanding } from './replica-side.ts';
import type { VenueStanding } from './venue-side.ts';

/** Why the two sides cannot be compared, and whether waiting may help. */
export interface Obstacle {
  readonly reason: string;
  readonly passes: boolean;
}

export interface VerifyParts {
  readonly sides: BothSides;
  /** Whether the log tells all that has changed at the venue since the replica stood where it stands. */
  obstacle(replica: ReplicaStanding, venue: VenueStanding): Obstacle | null;
  readonly clock: Clock;
  /** How long rows that are changing are looked at again. */
  readonly waitMs: number;
  /** Differences that are named; all are counted. */
  readonly limit: number;
}

export interface NamedDifference {
  readonly table: string;
  readonly key: readonly StoredValue[];
  readonly kind: RowDifference['kind'];
}

export interface Verification {
  readonly result: 'equal' | 'different' | 'unknown';
  /** Why it could not tell. */
  readonly reason: string | null;
  /** Where the replica stood at the first look, and the venue. */
  readonly replicaAt: number | null;
  readonly venueAt: number | null;
  /** Rows of the venue that were compared. */
  readonly rows: number;
  readonly differences: readonly NamedDifference[];
  readonly differenceCount: number;
  /** Tables with rows that the other side does not have at all. */
  readonly oneSided: readonly {
    readonly table: string;
    readonly on: 'venue' | 'replica';
    readonly rows: number;
  }[];
  /** Rows that were still changing when time was up. */
  readonly undecided: number;
}

const againAtOnce = 1_000;
const firstPauseMs = 100;
const longestPauseMs = 1_000;

/**
 * Compares every replicated row of both sides while both go on, and changes nothing. The replica is read first, so the
 * venue's snapshot is never behind it; what the venue's log has in between is looked at again later.
 */
export async function verify(parts: VerifyParts): Promise<Verification> {
  const { sides, clock, waitMs, limit } = parts;
  const { venue, replica } = sides;
  const until = clock.monotonic() + waitMs;
  let pauseMs = firstPauseMs;
  const pause = async (): Promise<boolean> => {
    const left = until - clock.monotonic();
    if (left <= 0) return false;
    // Nothing is held open while waiting.
    venue.end();
    await replica.rollback();
    await sleep(clock, Math.min(pauseMs, left));
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    return true;
  };
  const look = async (): Promise<Look> => {
    for (;;) {
      const found = await lookAtBoth(parts);
      if (found.obstacle === null || !found.obstacle.passes || !(await pause())) return found;
    }
  };

  const first = await look();
  const seen: Found = { rows: 0, count: 0, named: [] };
  const report = (
    oneSided: Verification['oneSided'],
    undecided: number,
    reason: string | null,
  ): Verification => ({
    result: seen.count > 0 || oneSided.length > 0 ? 'different' : reason === null ? 'equal' : 'unknown',
    reason,
    replicaAt: first.replica?.seq ?? null,
    venueAt: first.venue?.seq ?? null,
    rows: seen.rows,
    differences: seen.named,
    differenceCount: seen.count,
    oneSided,
    undecided,
  });
  if (first.obstacle !== null) return report([], 0, first.obstacle.reason);

  const common = [...venue.tables.values()].filter(({ name }) => replica.known().has(name));
  for (const table of common) {
    seen.rows += venue.count(table);
    for await (const difference of differencesOfTable(sides, table)) note(seen, difference, limit);
  }
  const oneSided = await oneSidedTables(sides);

  let undecided = venue.postpone();
  while (undecided > 0) {
    const again = await look();
    if (again.obstacle !== null) return report(oneSided, undecided, again.obstacle.reason);
    for (const table of common) {
      for (let keys = venue.postponed(table, againAtOnce); keys.length > 0; ) {
        for await (const difference of differencesAmong(sides, table, keys)) note(seen, difference, limit);
        venue.settle(table, keys);
        keys = venue.postponed(table, againAtOnce);
      }
    }
    undecided = venue.postponedCount();
    if (undecided > 0 && !(await pause())) break;
  }
  return report(oneSided, undecided, undecided === 0 ? null : `${undecided} rows have changes on their way`);
}

interface Look {
  readonly replica: ReplicaStanding | null;
  readonly venue: VenueStanding | null;
  readonly obstacle: Obstacle | null;
}

/** Takes both snapshots, in this order. */
async function lookAtBoth({ sides: { venue, replica }, obstacle }: VerifyParts): Promise<Look> {
  const theirs = await replica.begin();
  if (theirs === null)
    return {
      replica: null,
      venue: null,
      obstacle: { reason: 'the replica has nothing of this site', passes: true },
    };
  const ours = venue.begin();
  const inTheWay = obstacle(theirs, ours);
  if (inTheWay === null) venue.leaveOutSince(theirs.seq);
  return { replica: theirs, venue: ours, obstacle: inTheWay };
}

interface Found {
  rows: number;
  count: number;
  readonly named: NamedDifference[];
}

function note(seen: Found, { table, key, kind }: RowDifference, limit: number): void {
  seen.count += 1;
  if (seen.named.length < limit) seen.named.push({ table: table.name, key, kind });
}

/** A table that one side does not know is a difference as soon as there is something in it. */
async function oneSidedTables({ venue, replica }: BothSides): Promise<Verification['oneSided']> {
  const found: { table: string; on: 'venue' | 'replica'; rows: number }[] = [];
  for (const table of venue.tables.values()) {
    if (replica.known().has(table.name)) continue;
    found.push({ table: table.name, on: 'venue', rows: venue.count(table) });
  }
  for (const name of replica.known().keys()) {
    if (venue.tables.has(name)) continue;
    found.push({ table: name, on: 'replica', rows: await replica.count(name) });
  }
  return found.filter(({ rows }) => rows > 0);
}
