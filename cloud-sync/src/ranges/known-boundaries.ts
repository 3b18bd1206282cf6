import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { LogPosition } from '../shipping/batch.ts';
import { bookkeepingFile } from '../shipping/bookkeeping-tables.ts';
import { decide } from '../shipping/handshake.ts';
import { machineIdIn } from '../shipping/venue-history.ts';
import type { ReplicaStanding } from './replica-side.ts';
import type { VenueSide, VenueStanding } from './venue-side.ts';
import type { Obstacle } from './verify.ts';

/** What the daemon has noted of what it sent, read beside it; nothing when it never ran here. */
interface KnownBoundaries {
  lastSent(epoch: number): LogPosition | null;
  acked(epoch: number): LogPosition | null;
  tokenSent(seq: number): number | null;
}

const nothingKnown: KnownBoundaries = { lastSent: () => null, acked: () => null, tokenSent: () => null };

function readBoundaries(dataDirectory: string): KnownBoundaries {
  const file = join(dataDirectory, bookkeepingFile);
  if (!existsSync(file)) return nothingKnown;
  const read = <Row>(sql: string, ...params: unknown[]): Row | null => {
    const connection = new Sqlite(file, { readonly: true, timeout: 2_000 });
    try {
      return (connection.prepare(sql).get(...params) as Row | undefined) ?? null;
    } finally {
      connection.close();
    }
  };
  return {
    lastSent: (epoch) => read('SELECT seq, tok FROM sent WHERE epoch = ? ORDER BY seq DESC LIMIT 1', epoch),
    acked: (epoch) =>
      read(
        'SELECT acked_seq AS seq, acked_tok AS tok FROM progress WHERE epoch = ? AND acked_seq > 0',
        epoch,
      ),
    tokenSent: (seq) => read<{ tok: number }>('SELECT tok FROM sent WHERE seq = ?', seq)?.tok ?? null,
  };
}

/**
 * Tells why two standings cannot be compared, as the daemon's handshake would: two histories that are not one, a copy
 * that is not finished, a log that does not reach back. Null when they can.
 */
export function obstacleAt(dataDirectory: string, venue: VenueSide) {
  const machineId = machineIdIn(dataDirectory);
  return (replica: ReplicaStanding, ours: VenueStanding): Obstacle | null => {
    const known = readBoundaries(dataDirectory);
    const decision = decide(
      {
        epoch: replica.epoch,
        seq: replica.seq,
        tok: replica.tok,
        applianceId: replica.applianceId,
        cursor: replica.cursor,
      },
      {
        epoch: ours.epoch,
        applianceId: ours.applianceId,
        machineId,
        floor: ours.floor,
        head: { seq: ours.seq, tok: ours.tok },
        lastSent: known.lastSent(ours.epoch),
        acked: known.acked(ours.epoch),
        tokenInLog: venue.tokenInLog,
        tokenSent: known.tokenSent,
      },
    );
    if (decision.kind === 'fenced') return { reason: `fenced: ${decision.detail}`, passes: false };
    if (ours.capture === 'given_up')
      return { reason: 'the venue logs no changes at present: its disk is full', passes: false };
    if (decision.kind !== 'go_on')
      return { reason: 'a copy of everything is under way or has to begin', passes: true };
    return null;
  };
}
