import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { readSyncProgress } from './sync-progress.ts';
import { aSyncFile } from './testing/a-sync-file.ts';

const nothing = { acked: 0, sent: 0 };

test('no daemon was ever here: nothing was sent', () => {
  expect(readSyncProgress(aTemporaryDirectory(), 1)).toEqual(nothing);
});

test('a file that the daemon has not filled yet says that nothing was sent', () => {
  const directory = aTemporaryDirectory();
  const file = aSyncFile(directory);
  expect(readSyncProgress(directory, 1)).toEqual(nothing);
  file.makeTables();
  expect(readSyncProgress(directory, 1)).toEqual(nothing);
});

test('what was sent and what was acknowledged are read while the daemon has the file open and writes to it', () => {
  const directory = aTemporaryDirectory();
  const file = aSyncFile(directory);
  file.makeTables();
  file.send(40);
  file.send(60);
  file.acknowledge(40);
  file.connection.exec('BEGIN IMMEDIATE; INSERT INTO sent VALUES (99, 0, 1, 0)');
  expect(readSyncProgress(directory, 1)).toEqual({ acked: 40, sent: 60 });
  file.connection.exec('COMMIT');
  expect(readSyncProgress(directory, 1)).toEqual({ acked: 40, sent: 99 });
});

test('what was said of another epoch is not of this one', () => {
  const directory = aTemporaryDirectory();
  const file = aSyncFile(directory);
  file.makeTables();
  file.send(500);
  file.acknowledge(500);
  expect(readSyncProgress(directory, 2)).toEqual(nothing);
});

test('a file that is held, or that is no database, leaves it unknown', () => {
  const directory = aTemporaryDirectory();
  const file = aSyncFile(directory);
  file.makeTables();
  file.connection.pragma('locking_mode = EXCLUSIVE');
  file.connection.exec('BEGIN EXCLUSIVE; INSERT INTO sent VALUES (1, 0, 1, 0)');
  expect(readSyncProgress(directory, 1)).toBeUndefined();
  const other = aTemporaryDirectory();
  writeFileSync(join(other, 'sync.db'), 'these are not the pages you are looking for'.repeat(100));
  expect(readSyncProgress(other, 1)).toBeUndefined();
});
