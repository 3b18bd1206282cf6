import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cancel, Clock } from '@dugout/appliance/platform/clock.ts';
import type { VenueTime } from '@dugout/appliance/platform/venue-time.ts';
import type { Logger } from 'pino';
import type { PostgresConnection } from '../postgres/connection.ts';
import type { Bookkeeping } from '../shipping/bookkeeping.ts';
import type { CloudAccess } from '../shipping/cloud-access.ts';
import { keyJson } from '../shipping/json-encoding.ts';
import { createAuditRecords } from './audit-records.ts';
import { differencesIn, nextRange } from './compare.ts';
import { obstacleAt } from './known-boundaries.ts';
import { lockInStep, repairRows } from './repair.ts';
import { askOver, createReplicaSide } from './replica-side.ts';
import { type Key, openVenueSide, type VenueSide } from './venue-side.ts';

export interface AuditParts {
  readonly site: string;
  readonly dataDirectory: string;
  readonly cloud: Pick<CloudAccess, 'configured' | 'connect'>;
  readonly bookkeeping: Pick<Bookkeeping, 'connection'>;
  /** The venue's days: the whole database is looked at once in each, from its begin on, when the venue sleeps. */
  readonly venueTime: VenueTime;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Told to the appliance as metrics under `dugout_sync_`. */
export interface AuditFigures {
  /** Since the longest ago that a table was begun to be looked at; -1 while one never was. */
  readonly audit_coverage_age_seconds: number;
  readonly audit_rows_total: number;
  readonly audit_mismatches_total: number;
  /** Since the last rehearsal of a restore; -1 for never. */
  readonly rehearsal_age_seconds: number;
  /** 1 when it was good. */
  readonly rehearsal_ok: number;
}

export interface Audit {
  start(): void;
  stop(): Promise<void>;
  /** Looks at one stretch when one is due. Answers whether there was one. */
  look(): Promise<boolean>;
  figures(): AuditFigures;
}

const hourMs = 3_600_000;
/** A stretch takes the venue's processor some 50 ms, so that this is a few per cent of it. */
const betweenLooksMs = 1_000;
const betweenRoundsMs = 60_000;
/** Differences of a stretch that are repaired before the next is looked at; more of them wait for its next turn. */
const repairedAtOnce = 1_000;

/**
 * Looks whether the replica is the venue's, a stretch at a time: everything once a day, and what has changed once an
 * hour. A difference is a fault of ours or somebody's hand in the replica: it is told loudly, both images are kept, and
 * the rows are made right.
 */
export function createAudit(parts: AuditParts): Audit {
  const { site, dataDirectory, cloud, clock, logger, venueTime } = parts;
  const records = createAuditRecords(parts.bookkeeping.connection);
  let connection: PostgresConnection | undefined;
  let cancel: Cancel = () => {};
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;

  function beginRounds(venue: VenueSide): void {
    const now = clock.now();
    const standing = venue.begin();
    const all = [...venue.tables.keys()];
    const whole = records.roundBegan('whole');
    if (whole === null || whole.at < venueTime.dayStart(now))
      records.begin('whole', now, standing.seq, all, all);
    const hot = records.roundBegan('hot');
    // The clock may have been set back: then what was noted lies ahead.
    if (hot === null || Math.abs(now - hot.at) >= hourMs)
      records.begin('hot', now, standing.seq, hot === null ? [] : venue.changedSince(hot.seq), all);
    venue.end();
  }

  async function look(): Promise<boolean> {
    if (!cloud.configured || !existsSync(join(dataDirectory, 'dugout.db'))) return false;
    const venue = openVenueSide(dataDirectory);
    try {
      beginRounds(venue);
      const due = records.next();
      if (due === null) return false;
      const table = venue.tables.get(due.table);
      if (table === undefined) {
        records.lookedAt(due.table, null, clock.now(), 0, 0);
        return true;
      }
      connection ??= await cloud.connect(`dugout audit ${site}`);
      const ask = askOver(connection);
      const replica = createReplicaSide(ask, site);
      const sides = { venue, replica };
      const obstacle = obstacleAt(dataDirectory, venue);
      const standing = await replica.begin();
      if (standing === null || obstacle(standing, venue.begin()) !== null || !replica.known().has(table.name))
        return false;
      venue.leaveOutSince(standing.seq);
      const range = nextRange(venue, table, due.after);
      const rows = venue.countIn(range);
      const keys: Key[] = [];
      for await (const { key, kind } of differencesIn(sides, table, range)) {
        if (keys.length === repairedAtOnce) break;
        logger.error(
          { site, table: table.name, key: keyJson(key), kind },
          'the replica differs from the venue',
        );
        keys.push(key);
      }
      await replica.rollback();
      if (keys.length > 0)
        await repairRows(
          { sides, ask, site, lock: lockInStep(sides, obstacle), why: 'audit', now: clock.now, logger },
          table,
          keys,
        );
      const isWhole = keys.length < repairedAtOnce;
      records.lookedAt(table.name, isWhole ? range.through : due.after, clock.now(), rows, keys.length);
      return true;
    } catch (error) {
      connection?.destroy();
      connection = undefined;
      throw error;
    } finally {
      venue.close();
    }
  }

  async function rest(): Promise<void> {
    await connection?.close();
    connection = undefined;
  }

  async function turn(): Promise<void> {
    const more = await look().catch((error: unknown) => {
      logger.debug({ err: error }, 'the audit could not look');
      return false;
    });
    if (!more) await rest();
    if (!stopped) schedule(more ? betweenLooksMs : betweenRoundsMs);
  }
  function schedule(ms: number): void {
    cancel = clock.after(ms, () => {
      running = turn();
    });
  }

  return {
    start: () => schedule(betweenRoundsMs),
    async stop() {
      stopped = true;
      cancel();
      // A stretch is short, but the link may be long.
      connection?.destroy();
      await running;
      await rest();
    },
    look,
    figures() {
      const { oldestVerifiedAt, rows, mismatches } = records.summary();
      const rehearsal = records.lastRehearsal();
      const age = (at: number | null | undefined) =>
        at == null ? -1 : Math.max(0, (clock.now() - at) / 1_000);
      return {
        audit_coverage_age_seconds: age(oldestVerifiedAt),
        audit_rows_total: rows,
        audit_mismatches_total: mismatches,
        rehearsal_age_seconds: age(rehearsal?.at),
        rehearsal_ok: rehearsal?.ok === true ? 1 : 0,
      };
    },
  };
}
