import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SyncStatus } from '@dugout/appliance/contract/replication.ts';
import { type Clock, systemClock, toMomentOrNull } from '@dugout/appliance/platform/clock.ts';
import Sqlite from 'better-sqlite3';
import { openVenueFile, type VenueView } from '../venue/venue-file.ts';
import { bookkeepingFile, type ProgressRow } from './bookkeeping-tables.ts';

/** A daemon that has not written for so long is none. */
const aliveMs = 15_000;

/**
 * How the replication of this data directory stands, from the two files: the daemon need not run, and neither need
 * the appliance. Throws when one of them is there and cannot be read.
 */
export function readStatus(dataDirectory: string, clock: Pick<Clock, 'now'> = systemClock): SyncStatus {
  const progress = readProgress(dataDirectory);
  const alive = progress !== null && Math.abs(clock.now() - progress.updated_at) <= aliveMs;
  const venue = openVenueFile(dataDirectory);
  try {
    const here =
      venue?.snapshot((view) => {
        const acked = progress?.epoch === view.life.epoch ? progress.acked_seq : 0;
        return { epoch: view.life.epoch, ...behind(view, acked, clock.now()), acked };
      }) ?? null;
    return {
      state: alive ? (progress.state as SyncStatus['state']) : 'offline',
      detail: alive ? progress.detail : 'the daemon is not running',
      epoch: here?.epoch ?? progress?.epoch ?? 0,
      seq: here?.seq ?? 0,
      acked_seq: here?.acked ?? 0,
      pending_changes: here?.pending ?? 0,
      lag_ms: here?.lagMs ?? null,
      last_contact_at: toMomentOrNull(progress?.last_contact_at ?? null),
    };
  } finally {
    venue?.close();
  }
}

function readProgress(dataDirectory: string): ProgressRow | null {
  const file = join(dataDirectory, bookkeepingFile);
  if (!existsSync(file)) return null;
  const connection = new Sqlite(file, { readonly: true, timeout: 2_000 });
  try {
    const there = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'progress'").get();
    if (there === undefined) return null;
    return connection.prepare<[], ProgressRow>('SELECT * FROM progress WHERE id = 1').get() ?? null;
  } finally {
    connection.close();
  }
}

export interface Behind {
  readonly seq: number;
  /** Changes that the cloud does not have, counted. */
  readonly pending: number;
  /** Since when, in milliseconds: the age of the oldest transaction that the cloud does not have; null when unknown. */
  readonly lagMs: number | null;
}

/** How far the cloud, which has everything up to `acked`, is behind. */
export function behind(view: VenueView, acked: number, now: number): Behind {
  const seq = view.head.seq;
  const [pending] = view.rows('SELECT count(*) FROM change_log WHERE seq > ? AND tbl <> 0').get(acked) as [
    number,
  ];
  if (pending === 0) return { seq, pending, lagMs: 0 };
  const mark = view
    .rows('SELECT pk FROM change_log WHERE seq > ? AND tbl = 0 ORDER BY seq LIMIT 1')
    .get(acked) as [number] | undefined;
  return { seq, pending, lagMs: mark === undefined ? null : Math.max(0, now - mark[0]) };
}
