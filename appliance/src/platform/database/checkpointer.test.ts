import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { type Database, openDatabase } from './database.ts';
import { insertInto } from './query.ts';
import { storageProblems } from './storage-problems.ts';
import { defineTable, text } from './table.ts';

const notes = defineTable('notes', { replication: 'local', key: ['body'], columns: { body: text('none') } });
const insertNote = insertInto(notes);
const migrations = [{ name: '0001-notes', sql: 'CREATE TABLE notes (body TEXT NOT NULL) STRICT' }];
const page = 4_096;

function aDatabase(): { database: Database; file: string } {
  const directory = aTemporaryDirectory();
  const database = openDatabase({ directory, migrations, clock: systemClock });
  onTestFinished(() => database.close());
  return { database, file: join(directory, 'dugout.db') };
}

const writePages = (database: Database, pages: number): Promise<unknown> =>
  database.write((tx) => {
    for (let n = 0; n < pages; n += 1) tx.run(insertNote, { body: 'x'.repeat(page - 100) });
  });

/** Pages of the log that are not in the database file yet, seen from another connection. */
function pagesBehind(file: string): number {
  const other = new Sqlite(file);
  const [state] = other.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  other.close();
  return state === undefined ? 0 : state.log - state.checkpointed;
}

test('a log that is worthwhile is moved by the thread, and a small one is left', async () => {
  const { database, file } = aDatabase();
  database.checkpointInBackground();
  await writePages(database, 2_000);
  expect(pagesBehind(file)).toBeGreaterThan(1_000);
  await expect.poll(() => pagesBehind(file), { timeout: 10_000 }).toBe(0);
  await writePages(database, 100);
  await delay(300);
  expect(pagesBehind(file)).toBeGreaterThan(90);
});

test('the log stays below 64 MB, however fast it is written', async () => {
  const { database } = aDatabase();
  database.checkpointInBackground();
  let largest = 0;
  for (let burst = 0; burst < 30; burst += 1) {
    await writePages(database, 1_000);
    largest = Math.max(largest, database.size().wal_pages);
  }
  expect(largest * page).toBeLessThan(64 * 1024 * 1024);
});

test('without the thread the writer does it, as SQLite does by default', async () => {
  const { database, file } = aDatabase();
  await writePages(database, 2_000);
  expect(pagesBehind(file)).toBe(0);
});

test('a thread that dies is reported, and the writer does it again', async () => {
  const failures: unknown[] = [];
  const directory = aTemporaryDirectory();
  const database = openDatabase({
    directory,
    migrations,
    clock: systemClock,
    onTaskFailure: (error) => failures.push(error),
  });
  onTestFinished(() => database.close());
  // The writer has its file open; the thread does not find it.
  rmSync(join(directory, 'dugout.db'));
  database.checkpointInBackground();
  await expect.poll(() => failures, { timeout: 10_000 }).toHaveLength(1);
  for (let burst = 0; burst < 5; burst += 1) await writePages(database, 1_000);
  expect(database.size().wal_pages).toBeLessThan(3_000);
});

test('closing ends the thread first: the log is gone with the last connection', async () => {
  const { file } = aDatabase();
  const directory = aTemporaryDirectory();
  const database = openDatabase({ directory, migrations, clock: systemClock });
  database.checkpointInBackground();
  await writePages(database, 10);
  database.close();
  expect(existsSync(join(directory, 'dugout.db-wal'))).toBe(false);
  expect(existsSync(`${file}-wal`)).toBe(true);
});

test('a log that somebody still reads cannot be emptied, and that is told', async () => {
  const { database, file } = aDatabase();
  await writePages(database, 10);
  const reader = new Sqlite(file, { readonly: true });
  onTestFinished(() => {
    reader.close();
  });
  const rows = reader.prepare('SELECT * FROM notes').iterate();
  rows.next();
  await writePages(database, 10);
  expect(() => database.checkpoint()).toThrow(storageProblems.storage_busy.title);
  rows.return?.();
  database.checkpoint();
  expect(database.size().wal_pages).toBe(0);
});
