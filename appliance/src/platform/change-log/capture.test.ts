import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { allTables } from '../../tables.ts';
import { migrate, readMigrations } from '../database/migrations.ts';
import type { Column, Table } from '../database/table.ts';
import { createCapture } from './capture.ts';
import { aCapturedDatabase, execute, type LogRow } from './testing/a-captured-database.ts';

const replicated = allTables.filter((table: Table) => table.replication === 'replicated');
const migrations = readMigrations(new URL('../../../migrations', import.meta.url).pathname);

function theVenue(): Sqlite.Database {
  const connection = new Sqlite(':memory:');
  onTestFinished(() => {
    connection.close();
  });
  const capture = createCapture({ tables: allTables, applianceId: 'one', clock: { now: () => 1 } });
  capture.attach(connection);
  migrate(connection, migrations, 1, capture.around);
  // One row of each table by itself, of which only the types are right.
  connection.pragma('foreign_keys = OFF');
  connection.pragma('ignore_check_constraints = ON');
  return connection;
}

const aValue = ({ type, nullable }: Column<unknown>): unknown => {
  if (nullable) return null;
  return { TEXT: 'a', INTEGER: 1, REAL: 0.5, BLOB: Buffer.from('a') }[type];
};

describe('every replicated table', () => {
  test.each(replicated.map((table: Table) => [table.name, table] as const))(
    'is captured when a row comes, changes, changes its key and goes: %s',
    (name, table) => {
      const connection = theVenue();
      const columns = Object.entries<Column<unknown>>(table.columns);
      const position = () => connection.prepare('SELECT max(seq) FROM change_log').pluck().get() as number;
      const logged = (sql: string, ...values: unknown[]): unknown[] => {
        const before = position();
        expect(connection.prepare(sql).run(...values).changes).toBe(1);
        return connection
          .prepare(
            'SELECT name, pk FROM change_log JOIN change_log_tables ON number = tbl WHERE seq > ? ORDER BY seq',
          )
          .raw()
          .all(before);
      };
      const [key] = table.key;
      const first = aValue(columns.find(([column]) => column === key)?.[1] ?? expect.unreachable());
      const other = typeof first === 'string' ? 'b' : 2;
      const pk = (value: unknown) =>
        table.key.length === 1
          ? value
          : JSON.stringify(
              table.key.map((column, place) =>
                place === 0 ? value : aValue(table.columns[column] ?? expect.unreachable()),
              ),
            );
      expect(
        logged(
          `INSERT INTO ${name} (${columns.map(([column]) => column)}) VALUES (${columns.map(() => '?')})`,
          ...columns.map(([, column]) => aValue(column)),
        ),
      ).toEqual([[name, pk(first)]]);
      for (const [column] of columns)
        expect(logged(`UPDATE ${name} SET ${column} = ${column}`)).toEqual([[name, pk(first)]]);
      expect(logged(`UPDATE ${name} SET ${key} = ?`, other)).toEqual([
        [name, pk(other)],
        [name, pk(first)],
      ]);
      expect(logged(`DELETE FROM ${name}`)).toEqual([[name, pk(other)]]);
    },
  );

  test('there are some, and no local table is captured', () => {
    const connection = theVenue();
    expect(replicated.length).toBeGreaterThan(15);
    const captured = connection
      .prepare("SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger'")
      .pluck()
      .all();
    expect(captured.sort()).toEqual(replicated.map(({ name }: Table) => name).sort());
  });
});

describe('what is logged', () => {
  test('is a key of one column as it is stored, and one of several as a JSON array', async () => {
    const { write, log, newest } = aCapturedDatabase();
    const before = newest();
    await write(
      "INSERT INTO parents (id) VALUES ('p')",
      "INSERT INTO children (parent, place) VALUES ('p', 2)",
      'INSERT INTO numbered (number) VALUES (7)',
    );
    expect(log(before).map(({ pk }) => pk)).toEqual(['p', '["p",2]', 7, expect.any(Number)]);
  });

  test('is both keys of a row whose key changes, also by cascade and by the rowid', async () => {
    const { write, told, newest } = aCapturedDatabase();
    await write(
      "INSERT INTO parents (id) VALUES ('p')",
      "INSERT INTO children (parent, place) VALUES ('p', 2)",
      'INSERT INTO numbered (number) VALUES (7)',
    );
    const before = newest();
    await write("UPDATE parents SET id = 'q'", 'UPDATE numbered SET rowid = 8');
    expect(told(before).sort()).toEqual([
      'children ["p",2]',
      'children ["q",2]',
      'commit',
      'numbered 7',
      'numbered 8',
      'parents p',
      'parents q',
    ]);
  });

  test('is what a cascade and a REPLACE remove', async () => {
    const { write, told, newest } = aCapturedDatabase();
    await write(
      "INSERT INTO parents (id, name) VALUES ('p', 'one')",
      "INSERT INTO children (parent, place) VALUES ('p', 2)",
    );
    const before = newest();
    await write("INSERT OR REPLACE INTO parents (id, name) VALUES ('q', 'one')");
    expect(told(before).sort()).toEqual(['children ["p",2]', 'commit', 'parents p', 'parents q']);
  });

  test('is what a support person does by hand; the next write of the appliance ends it', async () => {
    const { support, write, told, newest } = aCapturedDatabase();
    const before = newest();
    support.exec("INSERT INTO parents (id) VALUES ('by hand')");
    expect(told(before)).toEqual(['parents by hand']);
    await write('SELECT 1');
    expect(told(before)).toEqual(['parents by hand', 'commit']);
  });

  test('is nothing of a write that fails, of an attempt that is undone, and of a local table', async () => {
    const { database, told, newest } = aCapturedDatabase();
    const before = newest();
    const failing = database.write((tx) => {
      execute(tx, "INSERT INTO parents (id) VALUES ('failed')");
      throw new Error('no');
    });
    const undoing = database.write((tx) => {
      execute(tx, "INSERT INTO parents (id) VALUES ('kept')");
      expect(() =>
        tx.attempt(() => {
          execute(tx, "INSERT INTO parents (id) VALUES ('undone')");
          throw new Error('no');
        }),
      ).toThrow('no');
    });
    await expect(failing).rejects.toThrow('no');
    await undoing;
    await database.write((tx) => execute(tx, "INSERT INTO jottings VALUES ('local')"));
    expect(told(before)).toEqual(['parents kept', 'commit']);
  });

  test('carries a token of its own in each entry, small enough for a number', async () => {
    const { write, log } = aCapturedDatabase();
    await write(...Array.from({ length: 50 }, (_, n) => `INSERT INTO numbered (number) VALUES (${n})`));
    const tokens = log().map(({ tok }: LogRow) => tok);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens.every((tok) => Number.isSafeInteger(tok) && tok >= 0)).toBe(true);
  });
});

describe('the end of a transaction', () => {
  test('is marked once for all writes that share it, with the time', async () => {
    const { database, told, log, newest } = aCapturedDatabase();
    const before = newest();
    const since = Date.now();
    await Promise.all(
      [1, 2, 3].map((n) =>
        database.write((tx) => execute(tx, `INSERT INTO numbered (number) VALUES (${n})`)),
      ),
    );
    expect(told(before)).toEqual(['numbered 1', 'numbered 2', 'numbered 3', 'commit']);
    expect(log().at(-1)?.pk).toBeGreaterThanOrEqual(since);
  });

  test('is marked again after a group that was lost as a whole', async () => {
    const { database, write, told, newest } = aCapturedDatabase();
    const before = newest();
    const commitFails = database.write((tx) => {
      execute(tx, 'PRAGMA defer_foreign_keys = ON');
      execute(tx, "INSERT INTO children (parent, place) VALUES ('nobody', 1)");
      execute(tx, 'INSERT INTO numbered (number) VALUES (1)');
    });
    await expect(commitFails).rejects.toThrow('FOREIGN KEY');
    await write('INSERT INTO numbered (number) VALUES (2)');
    expect(told(before)).toEqual(['numbered 2', 'commit']);
  });
});
