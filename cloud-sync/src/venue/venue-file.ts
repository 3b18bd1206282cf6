import { statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import type { LogPosition } from '../shipping/batch.ts';
import { readVenueTables, type VenueTable } from './venue-tables.ts';

/** What the change log says of itself. */
export interface VenueLife {
  readonly epoch: number;
  readonly applianceId: string;
  /** `given_up`: the disk was full, and changes are not logged until there is room again. */
  readonly capture: 'on' | 'given_up';
  /** Entries up to here may be missing. */
  readonly floor: number;
}

/** The venue's database as it stood at one moment. */
export interface VenueView {
  readonly life: VenueLife;
  /** The newest entry of the log; 0 and 0 when it has none. */
  readonly head: LogPosition;
  /** The replicated tables that exist, by their number in the log. */
  readonly tables: ReadonlyMap<number, VenueTable>;
  /** A statement whose rows are arrays, prepared once. `exact` gives every integer as a bigint. */
  rows(sql: string, exact?: 'exact'): Statement<unknown[], unknown[]>;
  /** Runs a statement on tables of the reader's own, in `temp`. */
  temporary(sql: string, ...params: unknown[]): void;
}

export interface VenueFile {
  /**
   * Runs `work` in one read transaction. It is synchronous, and short: as long as it runs, the log of the database
   * grows.
   */
  snapshot<Result>(work: (view: VenueView) => Result): Result;
  /** Whether something was committed since the last time this was asked; a few microseconds. */
  changed(): boolean;
  /** Whether another file has taken this one's place, as when a backup was restored over it. */
  replaced(): boolean;
  close(): void;
}

export const noPosition: LogPosition = { seq: 0, tok: 0 };

/**
 * Opens the venue's database to read it. Null while there is none, or none with a change log: the appliance has not
 * started yet in this release. Throws when it is there and cannot be read.
 */
export function openVenueFile(dataDirectory: string): VenueFile | null {
  const file = join(dataDirectory, 'dugout.db');
  const inode = inodeOf(file);
  if (inode === null) return null;
  const connection = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 1_000 });
  try {
    if (!hasChangeLog(connection)) {
      connection.close();
      return null;
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  return readFrom(connection, () => inodeOf(file) !== inode);
}

function readFrom(connection: Connection, replaced: () => boolean): VenueFile {
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cache_size = -16384');
  const begin = connection.prepare('BEGIN');
  const end = connection.prepare('COMMIT');
  const schemaVersion = connection.prepare('PRAGMA schema_version').pluck();
  const dataVersion = connection.prepare('PRAGMA data_version').pluck();
  let known: { version: unknown; tables: ReadonlyMap<number, VenueTable> } | undefined;
  let seen: unknown;
  let statements = new Map<string, Statement<unknown[], unknown[]>>();

  function rows(sql: string, exact?: 'exact'): Statement<unknown[], unknown[]> {
    const name = exact === undefined ? sql : `exact ${sql}`;
    let statement = statements.get(name);
    if (statement === undefined) {
      statement = connection.prepare<unknown[], unknown[]>(sql).raw();
      if (exact !== undefined) statement.safeIntegers();
      statements.set(name, statement);
    }
    return statement;
  }

  function tables(): ReadonlyMap<number, VenueTable> {
    const version = schemaVersion.get();
    if (known !== undefined && known.version === version) return known.tables;
    statements = new Map();
    known = { version, tables: readVenueTables(connection) };
    return known.tables;
  }

  function view(): VenueView {
    const present = tables();
    const [epoch, applianceId, capture, floor] = rows(
      'SELECT epoch, appliance_id, capture, floor FROM change_log_life WHERE id = 1',
    ).get() as [number, string, 'on' | 'given_up', number];
    const head = rows('SELECT seq, tok FROM change_log ORDER BY seq DESC LIMIT 1').get() as
      | [number, number]
      | undefined;
    return {
      life: { epoch, applianceId, capture, floor },
      head: head === undefined ? noPosition : { seq: head[0], tok: head[1] },
      tables: present,
      rows,
      temporary: (sql, ...params) => connection.prepare(sql).run(...params),
    };
  }

  return {
    snapshot(work) {
      begin.run();
      try {
        return work(view());
      } finally {
        if (connection.inTransaction) end.run();
      }
    },
    changed() {
      const version = dataVersion.get();
      const news = version !== seen;
      seen = version;
      return news;
    },
    replaced,
    close: () => connection.close(),
  };
}

const hasChangeLog = (connection: Connection): boolean =>
  connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'change_log_life'").get() !== undefined &&
  connection.prepare('SELECT 1 FROM change_log_life WHERE id = 1').get() !== undefined;

function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}
