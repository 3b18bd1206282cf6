import type { Database as Connection, Statement } from 'better-sqlite3';
import type { Clock } from '../clock.ts';
import type { Table } from '../database/table.ts';
import { captureTriggers, fingerprintOf, keyOf, type Trigger, triggerPrefix } from './capture-triggers.ts';
import { type ChangeLogLife, commitMark } from './change-log-tables.ts';

export interface CaptureOptions {
  /** All tables; changes of those that are replicated are logged. */
  tables: readonly Table[];
  /** The machine that a log which begins here is of. */
  applianceId: string;
  clock: Pick<Clock, 'now'>;
}

/**
 * Keeps the triggers that log changes, and ends transactions in the log. It is handed to `openDatabase`, which
 * attaches it; all methods but that run inside a transaction of the writing connection.
 */
export interface Capture {
  attach(connection: Connection): void;
  /**
   * Throws `CaptureWasChanged` when the triggers are not as they were installed: what was changed meanwhile may be
   * missing from the log, and the replica would never learn of it.
   */
  check(): void;
  /** Brings the triggers to what this release declares. */
  settle(): void;
  /** Runs a step of the schema, and sees to it that the log misses nothing of what it did. */
  around(step: () => void): void;
  /** Writes the time of the commit, when there is something in the log that it ends. */
  mark(): void;
  /** Logs no more: a disk without room is left to the venue. The replica has to compare everything later. */
  giveUp(): void;
  /** Logs again. What changed meanwhile is behind the floor. */
  resume(): void;
}

/** Somebody has dropped or edited triggers of the change log. */
export class CaptureWasChanged extends Error {
  override readonly name = 'CaptureWasChanged';
  constructor(tables: readonly string[]) {
    super(
      `the triggers that log changes of ${tables.join(', ')} were dropped or edited: the replica may have missed ` +
        "some. With the appliance stopped, run UPDATE change_log_life SET capture = 'given_up' on dugout.db; the " +
        'next start logs again, and the replica compares everything',
    );
  }
}

interface Known {
  readonly number: number;
  readonly name: string;
  readonly triggers: string | null;
}

const events = ['insert', 'update', 'delete'];

export function createCapture({ tables, applianceId, clock }: CaptureOptions): Capture {
  const replicated = tables.filter(({ replication }) => replication === 'replicated');
  let attached: Connection | undefined;
  let writeMark: Statement<[number, number]> | undefined;

  const connection = (): Connection => {
    if (attached === undefined) throw new Error('the capture of changes was not given to a database');
    return attached;
  };
  const run = (sql: string, ...values: unknown[]) =>
    connection()
      .prepare(sql)
      .run(...values);
  const all = <Row>(sql: string, ...values: unknown[]): Row[] =>
    connection()
      .prepare<unknown[], Row>(sql)
      .all(...values);
  const exists = (table: string): boolean =>
    all("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", table).length > 0;
  const life = (): ChangeLogLife | undefined => all<ChangeLogLife>('SELECT * FROM change_log_life')[0];
  const known = (): Known[] => all<Known>('SELECT number, name, triggers FROM change_log_tables');

  /** Fingerprints of the triggers that are there under the names of each table's. */
  function fingerprintsOf(names: readonly string[]): Map<string, string> {
    const there = all<Trigger>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB ?",
      `${triggerPrefix}*`,
    );
    return new Map(
      names.map((name) => {
        const own = events.map((event) => `${triggerPrefix}${name}_${event}`);
        return [name, fingerprintOf(there.filter((trigger) => own.includes(trigger.name)))];
      }),
    );
  }

  function uninstall(name: string): void {
    for (const event of events) run(`DROP TRIGGER IF EXISTS "${triggerPrefix}${name}_${event}"`);
    run('UPDATE change_log_tables SET triggers = NULL WHERE name = ?', name);
  }

  function install(table: Table, number: number): void {
    uninstall(table.name);
    const triggers = captureTriggers(table, number);
    for (const { sql } of triggers) run(sql);
    run('UPDATE change_log_tables SET triggers = ? WHERE number = ?', fingerprintOf(triggers), number);
  }

  function numberOf(table: Table): number {
    run(
      `INSERT INTO change_log_tables (number, name)
         SELECT coalesce(max(number), 0) + 1, :name FROM change_log_tables WHERE true
         ON CONFLICT (name) DO NOTHING`,
      { name: table.name },
    );
    const [entry] = all<Known>('SELECT * FROM change_log_tables WHERE name = ?', table.name);
    if (entry === undefined) throw new Error(`table ${table.name} has no number in the change log`);
    return entry.number;
  }

  /** Says of everything until now that it may be missing; a replica that is behind the new mark compares all. */
  function raiseFloor(): void {
    const { lastInsertRowid } = run(
      'INSERT INTO change_log (tbl, pk) VALUES (?, ?)',
      commitMark,
      clock.now(),
    );
    run('UPDATE change_log_life SET floor = ?', lastInsertRowid);
  }

  const logEveryRow = (table: Table): unknown =>
    run(`INSERT INTO change_log (tbl, pk) SELECT ?, ${keyOf(table)} FROM "${table.name}"`, numberOf(table));

  /** Answers whether a log has begun here: it was not there. */
  function begun(): boolean {
    const { changes } = run(
      `INSERT OR IGNORE INTO change_log_life (id, epoch, appliance_id, capture, floor) VALUES (1, 1, ?, 'on', 0)`,
      applianceId,
    );
    return changes > 0;
  }

  /** @param altered names of tables whose rows were changed by altering the table, which no trigger sees */
  function settle(altered: ReadonlySet<string> = new Set()): void {
    let missed = begun();
    if (life()?.capture === 'given_up') {
      for (const { name } of known()) uninstall(name);
      return;
    }
    const entries = known();
    const entryOf = new Map(entries.map((entry) => [entry.name, entry]));
    const present = replicated.filter(({ name }) => exists(name));
    const there = fingerprintsOf(present.map(({ name }) => name));
    const whole: Table[] = [];
    for (const table of present) {
      const entry = entryOf.get(table.name);
      entryOf.delete(table.name);
      const number = numberOf(table);
      const isIntact = entry?.triggers === there.get(table.name);
      if (entry === undefined || altered.has(table.name)) whole.push(table);
      // The table was built anew under its name, or was not captured for a while: rows are gone that nobody noted.
      else if (!isIntact) missed = true;
      if (!isIntact || entry?.triggers !== fingerprintOf(captureTriggers(table, number)))
        install(table, number);
    }
    for (const { name, triggers } of entryOf.values()) if (triggers !== null) uninstall(name);
    if (missed) raiseFloor();
    else for (const table of whole) logEveryRow(table);
  }

  /** The columns that give a value of their own to rows which were there before them. */
  function givingColumns(): Map<string, Set<string>> {
    return new Map(
      replicated.map(({ name }) => {
        const columns = all<{ name: string }>(
          "SELECT name FROM pragma_table_info(?) WHERE dflt_value IS NOT NULL AND upper(dflt_value) <> 'NULL'",
          name,
        );
        return [name, new Set(columns.map((column) => column.name))];
      }),
    );
  }

  return {
    attach(given) {
      attached = given;
    },
    check() {
      if (!exists('change_log_life') || life()?.capture !== 'on') return;
      const capturing = known().filter(({ triggers }) => triggers !== null);
      const there = fingerprintsOf(capturing.map(({ name }) => name));
      const changed = capturing.filter(({ name, triggers }) => there.get(name) !== triggers);
      if (changed.length > 0) throw new CaptureWasChanged(changed.map(({ name }) => name));
    },
    settle,
    around(step) {
      const before = exists('change_log_life') ? givingColumns() : undefined;
      step();
      if (!exists('change_log_life')) return;
      const altered = [...givingColumns()].filter(([name, columns]) =>
        [...columns].some((column) => before?.get(name)?.has(column) === false),
      );
      settle(new Set(altered.map(([name]) => name)));
    },
    mark() {
      writeMark ??= connection().prepare<[number, number]>(
        `INSERT INTO change_log (tbl, pk) SELECT ?, ?
           WHERE (SELECT tbl FROM change_log ORDER BY seq DESC LIMIT 1) <> ${commitMark}`,
      );
      writeMark.run(commitMark, clock.now());
    },
    giveUp() {
      run("UPDATE change_log_life SET capture = 'given_up', given_up_at = ?", clock.now());
      raiseFloor();
      settle();
    },
    resume() {
      run("UPDATE change_log_life SET capture = 'on', given_up_at = NULL");
      // Tables that were not captured for a while are behind the floor.
      settle();
    },
  };
}
