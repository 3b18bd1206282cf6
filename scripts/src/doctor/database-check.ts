import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { SqliteError } from 'better-sqlite3';
import { type Finding, fault, note, ok } from './finding.ts';

const remedy = 'Stop the appliance, keep the files as they are, and restore the newest backup.';

/** Opens the database for reading alone and lets SQLite look through it. A running appliance is not disturbed. */
export function databaseSound(directory: string): Finding {
  const file = join(directory, 'dugout.db');
  if (!existsSync(file)) return note('database', 'none yet: the first start makes it');
  try {
    const connection = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      const verdict = String(connection.pragma('quick_check(1)', { simple: true }));
      const newest = connection.prepare('SELECT max(name) FROM schema_migrations').pluck().get();
      return verdict === 'ok' ? ok('database', `sound, at ${newest}`) : fault('database', verdict, remedy);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof SqliteError) return fault('database', `${error.code}: ${error.message}`, remedy);
    throw error;
  }
}
