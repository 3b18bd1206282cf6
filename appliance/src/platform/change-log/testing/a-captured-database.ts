import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { aTemporaryDirectory } from '../../../testing/temporary-directory.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { openDatabase } from '../../database/database.ts';
import type { Migration } from '../../database/migrations.ts';
import type { Query } from '../../database/query.ts';
import type { Table } from '../../database/table.ts';
import type { Transaction } from '../../database/transaction.ts';
import { createCapture } from '../capture.ts';
import type { ChangeLogLife } from '../change-log-tables.ts';
import { declared, tablesExist } from './captured-tables.ts';

const logName = '0016-changes-are-logged-for-the-replica';
const migrations = join(import.meta.dirname, '../../../../migrations');
export const logExists = { name: logName, sql: readFileSync(join(migrations, `${logName}.sql`), 'utf8') };

export interface LogRow {
  seq: number;
  tbl: number;
  pk: string | number;
  tok: number;
}

const statement = (text: string, values: readonly unknown[]): Query<object, unknown> => ({
  compiled: () => ({ text, bind: () => [...values] }),
});

/** SQL in a write of the appliance. */
export const execute = (tx: Transaction, text: string, ...values: unknown[]): number =>
  tx.run(statement(text, values), {});

interface Opening {
  directory?: string;
  /** After those of the log and of the tables of the tests. */
  steps?: readonly Migration[];
  migrations?: readonly Migration[];
  tables?: readonly Table[];
  clock?: Clock;
}

/** A database whose changes are captured, and another connection to it, as a support person has one. */
export function aCapturedDatabase(opening: Opening = {}) {
  const { directory = aTemporaryDirectory(), steps = [], tables = declared, clock = systemClock } = opening;
  const capture = createCapture({ tables, applianceId: 'appliance-of-the-test', clock });
  const database = openDatabase({
    directory,
    migrations: opening.migrations ?? [logExists, tablesExist, ...steps],
    clock,
    capture,
  });
  const support = new Sqlite(join(directory, 'dugout.db'), { timeout: 5_000 });
  support.pragma('recursive_triggers = ON');
  const close = () => {
    support.close();
    database.close();
  };
  onTestFinished(close);
  const rows = <Row>(sql: string, ...values: unknown[]): Row[] =>
    support.prepare<unknown[], Row>(sql).all(...values);
  const name = (tbl: number) =>
    rows<{ name: string }>('SELECT name FROM change_log_tables WHERE number = ?', tbl)[0]?.name ?? 'commit';
  return {
    directory,
    capture,
    database,
    support,
    rows,
    close,
    /** Raw SQL in one write of the appliance. */
    write: (...statements: string[]): Promise<void> =>
      database.write((tx) => {
        for (const sql of statements) execute(tx, sql);
      }),
    log: (after = 0) => rows<LogRow>('SELECT * FROM change_log WHERE seq > ? ORDER BY seq', after),
    /** `table key` of each entry, and `commit`. */
    told: (after = 0) =>
      rows<LogRow>('SELECT * FROM change_log WHERE seq > ? ORDER BY seq', after).map(({ tbl, pk }) =>
        tbl === 0 ? 'commit' : `${name(tbl)} ${pk}`,
      ),
    newest: () => rows<{ seq: number }>('SELECT max(seq) AS seq FROM change_log')[0]?.seq ?? 0,
    life: () => rows<ChangeLogLife>('SELECT * FROM change_log_life')[0],
  };
}
export type CapturedDatabase = ReturnType<typeof aCapturedDatabase>;
