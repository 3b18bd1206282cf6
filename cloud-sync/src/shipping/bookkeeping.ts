import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SyncState } from '@dugout/appliance/contract/replication.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { LogPosition } from './batch.ts';
import {
  bookkeepingFile,
  boundariesKept,
  type OutageRow,
  type ProgressRow,
  prepareBookkeeping,
} from './bookkeeping-tables.ts';

export interface Standing {
  readonly state: SyncState;
  readonly detail: string | null;
  readonly since: number;
  /** Epoch milliseconds; null when there never was any. */
  readonly lastContactAt: number | null;
}

/**
 * What the daemon must not forget: what it sent, what was acknowledged, how it stands, outages. Each method is one
 * commit that is on disk when it returns, but for what was acknowledged: that comes to the disk with the next boundary,
 * and a power cut before leaves what a death before it would leave, of which the cloud knows better.
 */
export interface Bookkeeping {
  /** For the parts of the daemon that keep tables of their own here. */
  readonly connection: Connection;
  /** Notes a boundary before it is sent. */
  sending(position: LogPosition, epoch: number): void;
  acknowledged(position: LogPosition, epoch: number): void;
  /** Null when nothing was acknowledged in this epoch. */
  acked(epoch: number): LogPosition | null;
  lastSent(epoch: number): LogPosition | null;
  tokenSent(seq: number): number | null;
  standing(): Standing;
  stand(state: SyncState, detail: string | null): void;
  /** The cloud was heard; and the daemon is alive. */
  contact(): void;
  /** The daemon is alive. */
  alive(): void;
  outageEnded(outage: Pick<OutageRow, 'began_at' | 'ended_at' | 'changes' | 'until_seq'>): void;
  /** Outages that the cloud has not caught up with. */
  outagesOpen(): OutageRow[];
  outageGoesOn(beganAt: number, rows: number, caughtUpAt: number | null): void;
  /** The oldest outage that is caught up with and that the appliance has not heard of. */
  outageToTell(): OutageRow | null;
  outageHeard(beganAt: number): void;
  close(): void;
}

/**
 * Opens `sync.db`, and makes it when it is missing. One that is damaged is set aside and begun anew: where the cloud
 * stands is asked of the cloud, and found in the venue's own log. Throws when it cannot be used.
 */
export function openBookkeeping(
  dataDirectory: string,
  clock: Clock,
  onDamaged: (setAside: string) => void = () => {},
): Bookkeeping {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const file = join(dataDirectory, bookkeepingFile);
  const connection = prepared(file) ?? preparedAnew(file, onDamaged);
  connection
    .prepare(
      `INSERT OR IGNORE INTO progress (id, epoch, acked_seq, acked_tok, state, detail, state_since, updated_at)
       VALUES (1, 0, 0, 0, 'offline', NULL, ?, ?)`,
    )
    .run(clock.now(), clock.now());
  connection.prepare('UPDATE progress SET pid = ?').run(process.pid);

  const send = connection.prepare(
    `INSERT INTO sent (seq, tok, epoch, sent_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (seq) DO UPDATE SET tok = excluded.tok, epoch = excluded.epoch, sent_at = excluded.sent_at`,
  );
  // By their place in the history and not by time: a clock that was set back would make the newest the oldest.
  const forget = connection.prepare(
    `DELETE FROM sent WHERE seq NOT IN (SELECT seq FROM sent ORDER BY epoch DESC, seq DESC LIMIT ${boundariesKept})`,
  );
  const acknowledge = connection.prepare(
    'UPDATE progress SET epoch = ?, acked_seq = ?, acked_tok = ?, last_contact_at = ?, updated_at = ?',
  );
  const progress = connection.prepare<[], ProgressRow>('SELECT * FROM progress WHERE id = 1');
  const newestSent = connection.prepare<[number], LogPosition>(
    'SELECT seq, tok FROM sent WHERE epoch = ? ORDER BY seq DESC LIMIT 1',
  );
  const sentToken = connection.prepare<[number], number>('SELECT tok FROM sent WHERE seq = ?').pluck();
  const stand = connection.prepare(
    'UPDATE progress SET state = ?, detail = ?, state_since = ?, updated_at = ?',
  );
  const contact = connection.prepare('UPDATE progress SET last_contact_at = ?, updated_at = ?');
  const alive = connection.prepare('UPDATE progress SET updated_at = ?');
  let sinceForgotten = 0;

  const read = (): ProgressRow => {
    const row = progress.get();
    if (row === undefined) throw new Error('sync.db has lost its progress');
    return row;
  };

  return {
    connection,
    sending(position, epoch) {
      send.run(position.seq, position.tok, epoch, clock.now());
      sinceForgotten += 1;
      if (sinceForgotten < boundariesKept / 10) return;
      sinceForgotten = 0;
      forget.run();
    },
    acknowledged(position, epoch) {
      // A sync of its own would be the game's to wait for as well.
      connection.pragma('synchronous = NORMAL');
      acknowledge.run(epoch, position.seq, position.tok, clock.now(), clock.now());
      connection.pragma('synchronous = FULL');
    },
    acked(epoch) {
      const row = read();
      return row.epoch === epoch && row.acked_seq > 0 ? { seq: row.acked_seq, tok: row.acked_tok } : null;
    },
    lastSent: (epoch) => newestSent.get(epoch) ?? null,
    tokenSent: (seq) => (sentToken.get(seq) as number | undefined) ?? null,
    standing() {
      const row = read();
      return {
        state: row.state as SyncState,
        detail: row.detail,
        since: row.state_since,
        lastContactAt: row.last_contact_at,
      };
    },
    stand(state, detail) {
      const row = read();
      if (row.state === state && row.detail === detail) return;
      const since = row.state === state ? row.state_since : clock.now();
      stand.run(state, detail, since, clock.now());
    },
    contact: () => {
      contact.run(clock.now(), clock.now());
    },
    alive: () => {
      alive.run(clock.now());
    },
    outageEnded(outage) {
      connection
        .prepare(
          `INSERT OR REPLACE INTO outages (began_at, ended_at, changes, rows, until_seq)
           VALUES (:began_at, :ended_at, :changes, 0, :until_seq)`,
        )
        .run(outage);
    },
    outagesOpen: () =>
      connection
        .prepare<[], OutageRow>('SELECT * FROM outages WHERE caught_up_at IS NULL ORDER BY began_at')
        .all(),
    outageGoesOn(beganAt, rows, caughtUpAt) {
      connection
        .prepare('UPDATE outages SET rows = rows + ?, caught_up_at = ? WHERE began_at = ?')
        .run(rows, caughtUpAt, beganAt);
    },
    outageToTell: () =>
      connection
        .prepare<[], OutageRow>(
          'SELECT * FROM outages WHERE caught_up_at IS NOT NULL AND heard_at IS NULL ORDER BY began_at LIMIT 1',
        )
        .get() ?? null,
    outageHeard(beganAt) {
      connection.prepare('UPDATE outages SET heard_at = ? WHERE began_at = ?').run(clock.now(), beganAt);
    },
    close: () => connection.close(),
  };
}

function prepared(file: string): Connection | null {
  const connection = new Sqlite(file, { timeout: 2_000 });
  try {
    prepareBookkeeping(connection);
    return connection;
  } catch (error) {
    connection.close();
    if (error instanceof Sqlite.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/u.test(error.code)) return null;
    throw error;
  }
}

function preparedAnew(file: string, onDamaged: (setAside: string) => void): Connection {
  const setAside = `${file}.damaged`;
  renameSync(file, setAside);
  for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true });
  onDamaged(setAside);
  const connection = prepared(file);
  if (connection === null) throw new Error(`${file} cannot be written soundly: look at the disk`);
  return connection;
}
