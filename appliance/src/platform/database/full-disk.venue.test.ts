import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { type Database, openDatabase } from './database.ts';
import { insertInto, queriesOver } from './query.ts';
import { storageProblems } from './storage-problems.ts';
import { defineTable, integer, type RowOf, text } from './table.ts';

const rounds = Number(process.env['DUGOUT_TEST_FULL_DISKS'] ?? 20);

const notes = defineTable('notes', {
  replication: 'local',
  key: ['id'],
  columns: { id: integer('none'), body: text('none') },
});
const insertNote = insertInto(notes);
const allIds = queriesOver<{ notes: RowOf<typeof notes> }>()((db) => db.selectFrom('notes').select('id'));
const migrations = [
  {
    name: '0001-notes',
    sql: 'CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT',
  },
];

/** A file system of 16 MB. */
function aSmallDisk(): string {
  const directory = aTemporaryDirectory();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', directory]);
  onTestFinished(() => {
    execFileSync('umount', [directory]);
  });
  return directory;
}

/** Leaves a random little room. */
function fill(directory: string): () => void {
  const ballast = join(directory, 'ballast');
  const { bavail, bsize } = statfsSync(directory);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - Math.round(Math.random() * 300_000))));
  return () => rmSync(ballast);
}

test(`a disk that is full, ${rounds} times: storage_full, reads go on, and so do writes when there is room`, async () => {
  const directory = aSmallDisk();
  let database: Database = openDatabase({ directory, migrations, clock: systemClock });
  const stored = new Set<number>();
  let id = 0;
  const writes = (count: number) =>
    Promise.allSettled(
      Array.from({ length: count }, async () => {
        id += 1;
        const mine = id;
        await database.write((tx) => tx.run(insertNote, { id: mine, body: 'x'.repeat(2_000) }));
        stored.add(mine);
      }),
    );
  let refused = 0;
  for (let round = 0; round < rounds; round += 1) {
    const empty = fill(directory);
    for (let burst = 0; burst < 30; burst += 1) {
      for (const result of await writes(8)) {
        if (result.status === 'fulfilled') continue;
        refused += 1;
        expect(result.reason).toMatchObject({ kind: storageProblems.storage_full });
      }
    }
    expect(new Set(database.now.all(allIds, {}).map((row) => row.id))).toEqual(stored);
    empty();
    expect((await writes(8)).map(({ status }) => status)).toEqual(Array(8).fill('fulfilled'));
    database.checkpoint();
  }
  expect(refused).toBeGreaterThan(rounds);
  database.close();
  database = openDatabase({ directory, migrations, clock: systemClock });
  expect(new Set(database.now.all(allIds, {}).map((row) => row.id))).toEqual(stored);
  database.close();
  const check = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
  expect(check.pragma('integrity_check', { simple: true })).toBe('ok');
  check.close();
});
