/** A point in a venue's history: a number of its change log, and the random token that was drawn for it. */
export interface LogPosition {
  readonly seq: number;
  /** 53 bits. Two histories that share a number do not share its token. */
  readonly tok: number;
}

/** A value as SQLite stores it. Integers beyond 2^53 are `bigint`. */
export type StoredValue = string | number | bigint | Buffer | null;

/** Rows of one table, columns in the order of `columns`. */
export interface TableRows {
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly upserts: readonly (readonly StoredValue[])[];
  /** Keys, values in the order of the table's key. */
  readonly deletes: readonly (readonly StoredValue[])[];
}

/** A stretch of a table, by key: after `after`, up to and with `through`; null is the end of the table. */
export interface KeyRange {
  readonly table: string;
  readonly after: readonly StoredValue[] | null;
  readonly through: readonly StoredValue[] | null;
}

/** A stretch made equal: its rows, and nothing else is left in it. */
export interface RangeReplacement extends KeyRange {
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** What the venue does not have there is kept as an orphan: a person chose the venue's side of two histories. */
  readonly orphans?: 'keep';
  readonly rows: readonly (readonly StoredValue[])[];
}

/** What goes to the cloud in one transaction there. */
export interface Batch {
  readonly epoch: number;
  /** Where the cloud must stand. */
  readonly from: LogPosition;
  /** Where it stands afterwards. May equal `from`: a heartbeat, a piece of bootstrap. */
  readonly to: LogPosition;
  readonly tables: readonly TableRows[];
  readonly ranges: readonly RangeReplacement[];
  /** After this batch the cloud equals the venue at `to`; false for all but the last part of a catch-up. */
  readonly complete: boolean;
  /** Venue time of the newest commit up to `to`, epoch milliseconds; null when the log tells of none. */
  readonly commitAt: number | null;
  /** Changes of the venue beyond `to`, when it was read. */
  readonly pending: number;
  readonly state: 'bootstrapping' | 'live' | 'catching_up';
  /** Where a bootstrap goes on; null when none is under way. */
  readonly cursor: BootstrapCursor | null;
}

/** The table that is being copied, and the last key that is there; null before its first. */
export interface BootstrapCursor {
  readonly table: string;
  readonly after: readonly StoredValue[] | null;
  /** What the venue does not have there is kept as an orphan: a person chose the venue's side of two histories. */
  readonly orphans?: 'keep';
}
