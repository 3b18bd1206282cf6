import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { type Migration, migrate, readMigrations } from './migrations.ts';

let connection: Connection;
beforeEach(() => {
  connection = new Sqlite(':memory:');
});
afterEach(() => connection.close());

const players: Migration = { name: '0001-players-exist', sql: 'CREATE TABLE players (id TEXT) STRICT' };
const names: Migration = { name: '0002-players-have-names', sql: 'ALTER TABLE players ADD COLUMN name TEXT' };

const tables = () => connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
const applied = () => connection.prepare('SELECT name, applied_at FROM schema_migrations').all();

test('applies what is new, in order, once', () => {
  migrate(connection, [players], 1);
  migrate(connection, [players, names], 2);
  migrate(connection, [players, names], 3);
  expect(applied()).toEqual([
    { name: players.name, applied_at: 1 },
    { name: names.name, applied_at: 2 },
  ]);
});

test('refuses a step that was changed after it had been applied', () => {
  migrate(connection, [players], 1);
  expect(() => migrate(connection, [{ ...players, sql: `${players.sql} -- harmless` }], 2)).toThrow(
    'migration 0001-players-exist was changed',
  );
});

test('refuses a database of a newer release', () => {
  migrate(connection, [players, names], 1);
  expect(() => migrate(connection, [players], 2)).toThrow('newer release (it has 0002-players-have-names)');
});

test('refuses a newer database before it changes anything in it', () => {
  migrate(
    connection,
    [names.name, players.name].map((name) => ({ name, sql: 'SELECT 1' })),
    1,
  );
  const older = [{ name: '0000-a-branch-of-its-own', sql: 'CREATE TABLE stray (id TEXT) STRICT' }];
  expect(() => migrate(connection, older, 2)).toThrow('newer release');
  expect(tables()).not.toContain('stray');
});

test('leaves nothing of a step that fails half way, and keeps the steps before it', () => {
  const broken: Migration = {
    name: '0002-half-a-step',
    sql: 'CREATE TABLE games (id TEXT) STRICT; INSERT INTO nowhere VALUES (1)',
  };
  expect(() => migrate(connection, [players, broken], 1)).toThrow('no such table: nowhere');
  expect(tables().sort()).toEqual(['players', 'schema_migrations']);
  expect(applied()).toEqual([{ name: players.name, applied_at: 1 }]);
  migrate(connection, [players, { ...broken, sql: 'CREATE TABLE games (id TEXT) STRICT' }], 2);
  expect(tables()).toContain('games');
});

test('reads numbered sentences in order and refuses to guess at other names', () => {
  const directory = aTemporaryDirectory();
  writeFileSync(join(directory, '0002-second.sql'), 'SELECT 2');
  writeFileSync(join(directory, '0001-first.sql'), 'SELECT 1');
  expect(readMigrations(directory)).toEqual([
    { name: '0001-first', sql: 'SELECT 1' },
    { name: '0002-second', sql: 'SELECT 2' },
  ]);
  writeFileSync(join(directory, '3-third.sql'), 'SELECT 3');
  expect(() => readMigrations(directory)).toThrow('3-third.sql');
});

test('two steps cannot share a number', () => {
  const directory = aTemporaryDirectory();
  writeFileSync(join(directory, '0001-ours.sql'), 'SELECT 1');
  writeFileSync(join(directory, '0001-theirs.sql'), 'SELECT 1');
  expect(() => readMigrations(directory)).toThrow('0001');
});

test('the schema of this release builds', () => {
  const directory = join(import.meta.dirname, '../../../migrations');
  migrate(connection, readMigrations(directory), 1);
  expect(applied()).toHaveLength(readdirSync(directory).length);
  expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
});
