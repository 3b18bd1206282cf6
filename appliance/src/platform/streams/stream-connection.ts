import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { migrate } from '../database/migrations.ts';
import { streamMigrations } from './streams-tables.ts';

/** Another process writes for some milliseconds, or some more; the disk may be slow. */
export const patienceMs = 10_000;

/** Of larger pages more stays empty behind the end of a chunk: docs/decisions/0018-streams-are-chunks-in-a-file-of-their-own.md. */
export const pageSize = 1_024;

export const streamFile = (dataDirectory: string): string => join(dataDirectory, 'streams.db');

/** Whether this machine has ever stored a sample, and has not lost the file since. */
export const hasStreams = (dataDirectory: string): boolean => existsSync(streamFile(dataDirectory));

/** Opens the file for writing, made when it is missing. Others may write to it as well, each for a moment. */
export function openForWriting(file: string, now: number): Connection {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const connection = new Sqlite(file, { timeout: patienceMs });
  try {
    // Both only take effect while the file is empty.
    connection.pragma(`page_size = ${pageSize}`);
    connection.pragma('auto_vacuum = INCREMENTAL');
    connection.pragma('journal_mode = WAL');
    // Few commits, and each of them is a promise.
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    connection.pragma('secure_delete = ON');
    connection.pragma('trusted_schema = OFF');
    connection.pragma('journal_size_limit = 67108864');
    connection.transaction(() => migrate(connection, streamMigrations, now)).immediate();
    assertAsAsked(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** Opens the file for reading; null when there is none yet. */
export function openForReading(file: string): Connection | null {
  try {
    return new Sqlite(file, { readonly: true, fileMustExist: true, timeout: patienceMs });
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_CANTOPEN') return null;
    throw error;
  }
}

function assertAsAsked(connection: Connection): void {
  const expected = { journal_mode: 'wal', synchronous: 2, auto_vacuum: 2 };
  for (const [name, value] of Object.entries(expected)) {
    const actual: unknown = connection.pragma(name, { simple: true });
    if (actual !== value)
      throw new Error(`streams.db runs with ${name} = ${String(actual)}, needed is ${value}`);
  }
}
