import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database as Connection } from 'better-sqlite3';
import { defineTable, moment, type RowOf, text } from './table.ts';

/** One step of the schema's only timeline. Its name is a sentence, numbered: `0003-players-can-be-called`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export const schemaMigrations = defineTable('schema_migrations', {
  replication: 'local',
  key: ['name'],
  columns: { name: text('none'), checksum: text('none'), applied_at: moment('none') },
});

/** Reads `<number>-<sentence>.sql` files in order. Throws on any other file, and when two share a number. */
export function readMigrations(directory: string): Migration[] {
  const files = readdirSync(directory).sort();
  for (const [index, file] of files.entries()) {
    if (!/^\d{4}-[a-z0-9-]+\.sql$/u.test(file)) throw new Error(`${file} is not a numbered sentence in SQL`);
    const next = files[index + 1];
    if (next?.slice(0, 4) === file.slice(0, 4)) throw new Error(`${file} and ${next} have the same number`);
  }
  return files.map((file) => ({
    name: file.replace(/\.sql$/u, ''),
    sql: readFileSync(join(directory, file), 'utf8'),
  }));
}

const checksumOf = (migration: Migration): string => createHash('sha256').update(migration.sql).digest('hex');

/**
 * Brings the schema up to date, each step in a transaction of its own. Throws, before anything is changed, when a
 * step that was applied has been edited since, or when the database knows a step this release does not (a
 * downgrade): both would end in guessing. `around` runs in the transaction of each step, and runs the step.
 */
export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  now: number,
  around: (step: () => void) => void = (step) => step(),
): void {
  connection.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
    name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`);
  const record = connection.prepare(
    'INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (?, ?, ?)',
  );
  for (const migration of unapplied(connection, migrations)) {
    connection
      .transaction(() => {
        around(() => connection.exec(migration.sql));
        record.run(migration.name, checksumOf(migration), now);
      })
      .immediate();
  }
}

function unapplied(connection: Connection, migrations: readonly Migration[]): Migration[] {
  const rows = connection
    .prepare<[], Pick<RowOf<typeof schemaMigrations>, 'name' | 'checksum'>>(
      'SELECT name, checksum FROM schema_migrations',
    )
    .all();
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  const waiting = migrations.filter((migration) => {
    const checksum = applied.get(migration.name);
    applied.delete(migration.name);
    if (checksum !== undefined && checksum !== checksumOf(migration)) {
      throw new Error(`migration ${migration.name} was changed after it had been applied`);
    }
    return checksum === undefined;
  });
  const [unknown] = applied.keys();
  if (unknown !== undefined) {
    throw new Error(
      `the database was written by a newer release (it has ${unknown}); install that release or newer`,
    );
  }
  return waiting;
}
