import type { Database as Connection } from 'better-sqlite3';

/** The daemon's own file in the data directory. */
export const bookkeepingFile = 'sync.db';

/** How many boundaries are remembered, so that a cloud that was set back is known again. */
export const boundariesKept = 1_000;

/** Makes what is missing. The steps are additive, so that the appliance reads the file of any release. */
export function prepareBookkeeping(connection: Connection): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.exec(`
    CREATE TABLE IF NOT EXISTS sent (
      seq INTEGER PRIMARY KEY, tok INTEGER NOT NULL, epoch INTEGER NOT NULL, sent_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS progress (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      epoch INTEGER NOT NULL, acked_seq INTEGER NOT NULL, acked_tok INTEGER NOT NULL,
      state TEXT NOT NULL, detail TEXT, state_since INTEGER NOT NULL,
      last_contact_at INTEGER, updated_at INTEGER NOT NULL, pid INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS outages (
      began_at INTEGER PRIMARY KEY, ended_at INTEGER NOT NULL,
      changes INTEGER NOT NULL, rows INTEGER NOT NULL, until_seq INTEGER NOT NULL,
      caught_up_at INTEGER, heard_at INTEGER
    ) STRICT;
  `);
}

export interface ProgressRow {
  readonly epoch: number;
  readonly acked_seq: number;
  readonly acked_tok: number;
  readonly state: string;
  readonly detail: string | null;
  readonly state_since: number;
  readonly last_contact_at: number | null;
  readonly updated_at: number;
  readonly pid: number | null;
}

export interface OutageRow {
  readonly began_at: number;
  readonly ended_at: number;
  /** Changes that waited when the link came back. */
  readonly changes: number;
  /** Rows that they came to, so far. */
  readonly rows: number;
  /** The outage is caught up with when the cloud has this number. */
  readonly until_seq: number;
  readonly caught_up_at: number | null;
  /** When the appliance took note of it. */
  readonly heard_at: number | null;
}
