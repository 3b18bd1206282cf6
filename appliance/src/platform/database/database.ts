import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Capture } from '../change-log/capture.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../errors.ts';
import { startCheckpointer } from './checkpointer.ts';
import { logPages } from './checkpointer-signals.ts';
import { acquireInstanceLock } from './instance-lock.ts';
import { type Migration, migrate } from './migrations.ts';
import { storageProblems } from './storage-problems.ts';
import { createStatements, type Reader, type Statements, type Transaction } from './transaction.ts';
import { createWriteGroup } from './write-group.ts';

export interface DatabaseOptions {
  /** Holds `dugout.db` and its lock. Made when missing. */
  directory: string;
  migrations: readonly Migration[];
  clock: Clock;
  /** Logs the changes of replicated tables; nothing is logged without. */
  capture?: Capture;
  /** Group commit; on unless a benchmark compares without. */
  grouping?: boolean;
  onGroup?(size: number, ms: number): void;
  /** Hears of an `afterCommit` task that threw, and of a checkpointer that died; unless told, it is an uncaught error. */
  onTaskFailure?(error: unknown): void;
}

export interface Database {
  /**
   * Runs `work` in a transaction and resolves with its result when that is durable on disk. Rejects with what `work`
   * threw, or with `storage_full` and its like, and then nothing of it is stored.
   */
  write<Result>(work: (transaction: Transaction) => Result): Promise<Result>;
  readonly reader: Reader;
  /** Synchronous reads for hot paths inside the appliance (a token, a device). Never on the replica. */
  readonly now: Pick<Statements, 'all' | 'get'>;
  /** Bytes of the database file and its log. */
  size(): { pages: number; wal_pages: number };
  /** Moves what the log holds into the database file, and empties the log. Throws `storage_busy` when it could not. */
  checkpoint(): void;
  /** From now on a thread of its own moves the log into the database file, as long as the database is open. */
  checkpointInBackground(): void;
  close(): void;
}

/** SQLite before this had a bug in resetting the log that could corrupt a database. */
const oldestSafeSqlite = [3, 51, 3] as const;

/**
 * Opens the venue's database: one process, one writing connection, every commit synced to disk. Throws when another
 * instance holds the directory, when the file is not a database, when it could not be opened as asked for, and when
 * changes may have been missed by the capture.
 */
export function openDatabase(options: DatabaseOptions): Database {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const releaseLock = acquireInstanceLock(options.directory);
  const connection = new Sqlite(join(options.directory, 'dugout.db'), { timeout: 100 });
  try {
    prepareConnection(connection);
    migrateCaptured(connection, options);
    assertDurable(connection);
  } catch (error) {
    connection.close();
    releaseLock();
    throw error;
  }

  const statements = createStatements(connection);
  const onTaskFailure = options.onTaskFailure ?? rethrowInItsOwnTurn;
  let checkpointer: { stop(): void } | undefined;
  const group = createWriteGroup(connection, statements, {
    grouping: options.grouping ?? true,
    maxGroupMs: 8,
    monotonic: options.clock.monotonic,
    onTaskFailure,
    ...(options.capture === undefined ? {} : { beforeCommit: options.capture.mark }),
    ...(options.onGroup === undefined ? {} : { onGroup: options.onGroup }),
  });
  const reader: Reader = {
    all: async (query, params) => statements.all(query, params),
    get: async (query, params) => statements.get(query, params),
  };
  return {
    write: group.write,
    reader,
    now: statements,
    size: () => ({
      pages: Number(connection.pragma('page_count', { simple: true })),
      wal_pages: Number((connection.pragma('wal_checkpoint(NOOP)') as { log: number }[])[0]?.log ?? 0),
    }),
    checkpoint: () => {
      const [result] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      if (result?.busy !== 0) throw new Problem(storageProblems.storage_busy);
    },
    checkpointInBackground: () => {
      connection.pragma(`wal_autocheckpoint = ${logPages.writersTurn}`);
      checkpointer ??= startCheckpointer(connection.name, (error) => {
        connection.pragma(`wal_autocheckpoint = ${logPages.worthwhile}`);
        onTaskFailure(error);
      });
    },
    close: () => {
      group.close();
      checkpointer?.stop();
      connection.close();
      releaseLock();
    },
  };
}

function migrateCaptured(connection: Sqlite.Database, { migrations, clock, capture }: DatabaseOptions): void {
  capture?.attach(connection);
  capture?.check();
  migrate(connection, migrations, clock.now(), capture?.around);
  if (capture === undefined) return;
  connection
    .transaction(() => {
      capture.settle();
      capture.mark();
    })
    .immediate();
}

function rethrowInItsOwnTurn(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

function prepareConnection(connection: Sqlite.Database): void {
  const version = String(connection.prepare('SELECT sqlite_version()').pluck().get());
  if (isOlder(version, oldestSafeSqlite))
    throw new Error(`SQLite ${version} is too old to be safe in WAL mode`);
  // Only takes effect while the file is empty, so it comes before everything else.
  connection.pragma('auto_vacuum = INCREMENTAL');
  connection.pragma('journal_mode = WAL');
  // better-sqlite3 is compiled to fall back to NORMAL in WAL mode, which loses acknowledged writes at a power cut.
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('recursive_triggers = ON');
  connection.pragma('secure_delete = ON');
  connection.pragma('trusted_schema = OFF');
  // The undo of a savepoint stays in memory: as a file it is opened, written and removed with every group.
  connection.pragma('temp_store = MEMORY');
  connection.pragma(`wal_autocheckpoint = ${logPages.worthwhile}`);
  connection.pragma('journal_size_limit = 67108864');
  connection.pragma('cache_size = -32768');
}

/** Throws unless the connection, after its first use, still has the promises that the rest relies on. */
export function assertDurable(connection: Sqlite.Database): void {
  const expected = { journal_mode: 'wal', synchronous: 2, foreign_keys: 1, recursive_triggers: 1 };
  for (const [name, value] of Object.entries(expected)) {
    const actual: unknown = connection.pragma(name, { simple: true });
    if (actual !== value) throw new Error(`SQLite runs with ${name} = ${String(actual)}, needed is ${value}`);
  }
}

function isOlder(version: string, oldest: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, minimum] of oldest.entries()) {
    const part = parts[index] ?? 0;
    if (part !== minimum) return part < minimum;
  }
  return false;
}
