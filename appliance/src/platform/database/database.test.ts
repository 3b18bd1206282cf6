import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { assertDurable, type Database, openDatabase } from './database.ts';
import { insertInto, queriesOver } from './query.ts';
import { storageProblems } from './storage-problems.ts';
import { blob, defineTable, flag, integer, nullable, type RowOf, real, text } from './table.ts';

const samples = defineTable('samples', {
  replication: 'local',
  key: ['id'],
  columns: {
    id: integer('none'),
    words: text('none'),
    number: real('none'),
    bytes: blob('none'),
    yes: flag('none'),
    absent: nullable(text('none')),
  },
});
const insertSample = insertInto(samples);
const allSamples = queriesOver<{ samples: RowOf<typeof samples> }>()((db) =>
  db.selectFrom('samples').selectAll().orderBy('id'),
);
const migrations = [
  {
    name: '0001-samples-are-kept',
    sql: `CREATE TABLE samples (id INTEGER NOT NULL PRIMARY KEY, words TEXT NOT NULL, number REAL NOT NULL,
      bytes BLOB NOT NULL, yes INTEGER NOT NULL, absent TEXT) STRICT`,
  },
];
const aSample = (id: number): RowOf<typeof samples> => ({
  id,
  words: 'שלום',
  number: 0.5,
  bytes: Buffer.from([0, 255]),
  yes: 1,
  absent: null,
});

function aDatabase(directory = aTemporaryDirectory()): Database {
  const database = openDatabase({ directory, migrations, clock: systemClock });
  onTestFinished(() => database.close());
  return database;
}

describe('durability', () => {
  test('a connection that syncs less than asked for is refused', () => {
    const connection = new Sqlite(join(aTemporaryDirectory(), 'x.db'));
    onTestFinished(() => {
      connection.close();
    });
    const settings = [
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
      'recursive_triggers = ON',
    ];
    connection.pragma('synchronous = NORMAL');
    connection.pragma('foreign_keys = OFF');
    for (const setting of settings) {
      expect(() => assertDurable(connection)).toThrow(setting.split(' ')[0]);
      connection.pragma(setting);
    }
    assertDurable(connection);
    connection.pragma('synchronous = NORMAL');
    expect(() => assertDurable(connection)).toThrow('synchronous = 1, needed is 2');
  });

  test('what was written is there after closing and opening', async () => {
    const directory = aTemporaryDirectory();
    const first = openDatabase({ directory, migrations, clock: systemClock });
    await first.write((tx) => tx.run(insertSample, aSample(1)));
    first.close();
    expect(aDatabase(directory).now.all(allSamples, {})).toEqual([aSample(1)]);
  });

  test('nothing is stored of a write whose database is closed, and its caller hears why', async () => {
    const directory = aTemporaryDirectory();
    const database = openDatabase({ directory, migrations, clock: systemClock });
    database.close();
    const write = database.write((tx) => tx.run(insertSample, aSample(1)));
    await expect(write).rejects.toMatchObject({ kind: storageProblems.storage_closed });
    expect(aDatabase(directory).now.all(allSamples, {})).toEqual([]);
  });
});

describe('opening', () => {
  test('a file that is not a database is refused, and stays as it is', () => {
    const directory = aTemporaryDirectory();
    writeFileSync(join(directory, 'dugout.db'), 'these are not the pages you are looking for'.repeat(100));
    const open = () => openDatabase({ directory, migrations, clock: systemClock });
    expect(open).toThrow('not a database');
    expect(open).toThrow('not a database');
  });

  test('a failed opening gives the directory back', () => {
    const directory = aTemporaryDirectory();
    const broken = [{ name: '0001-nothing-good', sql: 'CREATE TABLE' }];
    expect(() => openDatabase({ directory, migrations: broken, clock: systemClock })).toThrow();
    aDatabase(directory);
  });
});

test('a read sees what has been written, with every type as declared', async () => {
  const database = aDatabase();
  await database.write((tx) => tx.run(insertSample, aSample(2)));
  expect(await database.reader.all(allSamples, {})).toEqual([aSample(2)]);
  expect(await database.reader.get(allSamples, {})).toEqual(aSample(2));
});

test('a wrong read rejects and does not throw', async () => {
  const missing = queriesOver<{ missing: { id: string } }>()((db) => db.selectFrom('missing').selectAll());
  await expect(aDatabase().reader.all(missing, {})).rejects.toThrow('no such table');
});

test('a checkpoint empties the log', async () => {
  const database = aDatabase();
  await database.write((tx) => tx.run(insertSample, aSample(3)));
  expect(database.size().wal_pages).toBeGreaterThan(0);
  database.checkpoint();
  expect(database.size().wal_pages).toBe(0);
});
