import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { SqliteError } from 'better-sqlite3';

/** How far the daemon has come with the log of one epoch. */
export interface SyncProgress {
  /** The replica holds all changes up to this seq; 0 when it holds none that we know of. */
  readonly acked: number;
  /** No batch that was sent reaches further than this. */
  readonly sent: number;
}

const nothing: SyncProgress = { acked: 0, sent: 0 };

/**
 * Reads the daemon's bookkeeping, `sync.db`, without holding it. A file that is not there, or that the daemon has not
 * got round to filling, says that nothing was sent; so does one of another epoch. Undefined when it cannot be read
 * now: then nobody knows what is under way.
 */
export function readSyncProgress(dataDirectory: string, epoch: number): SyncProgress | undefined {
  const file = join(dataDirectory, 'sync.db');
  if (!existsSync(file)) return nothing;
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 0 });
    const tables = connection
      .prepare("SELECT name FROM sqlite_schema WHERE name IN ('sent', 'progress')")
      .pluck()
      .all();
    const newest = (table: string, column: string): number =>
      tables.includes(table)
        ? Number(
            connection?.prepare(`SELECT max(${column}) FROM ${table} WHERE epoch = ?`).pluck().get(epoch),
          )
        : 0;
    return { acked: newest('progress', 'acked_seq'), sent: newest('sent', 'seq') };
  } catch (error) {
    if (error instanceof SqliteError) return undefined;
    throw error;
  } finally {
    connection?.close();
  }
}
