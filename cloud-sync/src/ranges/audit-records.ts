import type { Database as Connection } from 'better-sqlite3';
import type { StoredValue } from '../shipping/batch.ts';
import { keyFromJson, keyJson } from '../shipping/json-encoding.ts';

/** What is looked at in this round of the audit. */
export type AuditRound = 'whole' | 'hot';

export interface AuditedTable {
  readonly table: string;
  readonly after: readonly StoredValue[] | null;
}

export interface AuditSummary {
  /** Begin of the last look at the table that was looked at longest ago; null while one was never looked at whole. */
  readonly oldestVerifiedAt: number | null;
  readonly tables: number;
  readonly rows: number;
  readonly mismatches: number;
  readonly lastMismatchAt: number | null;
}

export interface Rehearsal {
  readonly at: number;
  readonly ok: boolean;
  readonly detail: string;
}

/** How far the audit is, in the daemon's own file: a night that is cut short goes on where it was. */
export interface AuditRecords {
  /** When a round of this kind began last, and where the venue's log stood then; null for never. */
  roundBegan(round: AuditRound): { readonly at: number; readonly seq: number } | null;
  /** Puts tables on the list, and forgets those that are gone. */
  begin(round: AuditRound, at: number, seq: number, due: readonly string[], all: readonly string[]): void;
  /** A table that is being looked at, or else one that waits longest. */
  next(): AuditedTable | null;
  /** A stretch was looked at; `after` null ends the table. */
  lookedAt(
    table: string,
    after: readonly StoredValue[] | null,
    now: number,
    rows: number,
    mismatches: number,
  ): void;
  summary(): AuditSummary;
  rehearsed(rehearsal: Rehearsal): void;
  lastRehearsal(): Rehearsal | null;
}

/** Makes its tables when they are missing. */
export function createAuditRecords(connection: Connection): AuditRecords {
  connection.exec(`
    CREATE TABLE IF NOT EXISTS audits (
      table_name TEXT PRIMARY KEY, due INTEGER NOT NULL, after TEXT, began_at INTEGER, verified_at INTEGER,
      rows INTEGER NOT NULL DEFAULT 0, mismatches INTEGER NOT NULL DEFAULT 0, last_mismatch_at INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS audit_rounds (
      round TEXT PRIMARY KEY, at INTEGER NOT NULL, seq INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS rehearsals (
      at INTEGER PRIMARY KEY, ok INTEGER NOT NULL, detail TEXT NOT NULL
    ) STRICT;
  `);
  const setDue = connection.prepare(
    'INSERT INTO audits (table_name, due) VALUES (?, 1) ON CONFLICT (table_name) DO UPDATE SET due = 1',
  );
  const forget = connection.prepare(
    'DELETE FROM audits WHERE table_name NOT IN (SELECT value FROM json_each(?))',
  );
  const setRound = connection.prepare(
    'INSERT INTO audit_rounds (round, at, seq) VALUES (?, ?, ?) ON CONFLICT (round) DO UPDATE SET at = excluded.at, seq = excluded.seq',
  );
  const next = connection.prepare<[], { table_name: string; after: string | null }>(
    'SELECT table_name, after FROM audits WHERE due = 1 ORDER BY after IS NULL, coalesce(verified_at, 0), table_name LIMIT 1',
  );
  const look = connection.prepare(`
    UPDATE audits SET
      began_at = CASE WHEN after IS NULL THEN :now ELSE began_at END,
      rows = rows + :rows, mismatches = mismatches + :mismatches,
      last_mismatch_at = CASE WHEN :mismatches > 0 THEN :now ELSE last_mismatch_at END
    WHERE table_name = :table`);
  const goOn = connection.prepare(`
    UPDATE audits SET after = :after, due = :after IS NOT NULL,
      verified_at = CASE WHEN :after IS NULL THEN began_at ELSE verified_at END
    WHERE table_name = :table`);
  const summary = connection.prepare<
    [],
    { oldest: number | null; never: number } & Omit<AuditSummary, 'oldestVerifiedAt'>
  >(
    `SELECT min(verified_at) AS oldest, coalesce(sum(verified_at IS NULL), 0) AS never, count(*) AS tables,
       coalesce(sum(rows), 0) AS rows, coalesce(sum(mismatches), 0) AS mismatches, max(last_mismatch_at) AS lastMismatchAt
     FROM audits`,
  );

  return {
    roundBegan: (round) =>
      connection
        .prepare<[string], { at: number; seq: number }>('SELECT at, seq FROM audit_rounds WHERE round = ?')
        .get(round) ?? null,
    begin(round, at, seq, due, all) {
      connection.transaction(() => {
        for (const table of due) setDue.run(table);
        forget.run(JSON.stringify(all));
        setRound.run(round, at, seq);
      })();
    },
    next() {
      const row = next.get();
      if (row === undefined) return null;
      return { table: row.table_name, after: row.after === null ? null : keyFromJson(JSON.parse(row.after)) };
    },
    lookedAt(table, after, now, rows, mismatches) {
      connection.transaction(() => {
        look.run({ table, now, rows, mismatches });
        goOn.run({ table, after: after === null ? null : keyJson(after) });
      })();
    },
    summary() {
      const found = summary.get();
      if (found === undefined) throw new Error('sync.db has lost its audits');
      const { oldest, never, ...counts } = found;
      return { oldestVerifiedAt: never > 0 ? null : oldest, ...counts };
    },
    rehearsed({ at, ok, detail }) {
      connection
        .prepare('INSERT OR REPLACE INTO rehearsals (at, ok, detail) VALUES (?, ?, ?)')
        .run(at, ok ? 1 : 0, detail);
      connection.exec(
        'DELETE FROM rehearsals WHERE at < (SELECT at FROM rehearsals ORDER BY at DESC LIMIT 1 OFFSET 100)',
      );
    },
    lastRehearsal() {
      const row = connection
        .prepare<[], { at: number; ok: number; detail: string }>(
          'SELECT * FROM rehearsals ORDER BY at DESC LIMIT 1',
        )
        .get();
      return row === undefined ? null : { ...row, ok: row.ok === 1 };
    },
  };
}
