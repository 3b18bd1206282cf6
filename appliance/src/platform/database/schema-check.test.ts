import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { schemaDifferences } from './schema-check.ts';
import { defineTable, integer, nullable, text } from './table.ts';

let connection: Connection;
beforeEach(() => {
  connection = new Sqlite(':memory:');
});
afterEach(() => connection.close());

const players = defineTable('players', {
  replication: 'replicated',
  key: ['site_id', 'id'],
  columns: {
    site_id: text('none'),
    id: text('identifier'),
    name: text('personal'),
    age: nullable(integer('personal')),
  },
});

const good = `site_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, age INTEGER, PRIMARY KEY (site_id, id)`;

test('says nothing when the schema is as declared', () => {
  connection.exec(`CREATE TABLE players (${good}) STRICT`);
  expect(schemaDifferences(connection, [players])).toEqual([]);
});

const wrong: [name: string, columns: string, difference: string][] = [
  ['a missing column', good.replace('age INTEGER,', ''), 'players.age is declared but does not exist'],
  ['a column nobody declared', good.replace('age', 'phone TEXT, age'), 'players.phone has no declaration'],
  ['another type', good.replace('age INTEGER', 'age REAL'), 'players.age is REAL, declared INTEGER'],
  [
    'a NULL that was not declared',
    good.replace('name TEXT NOT NULL', 'name TEXT'),
    'players.name is declared NOT NULL',
  ],
  [
    'a NULL that is not allowed',
    good.replace('age INTEGER', 'age INTEGER NOT NULL'),
    'players.age is declared nullable',
  ],
  ['another key', good.replace('(site_id, id)', '(id)'), 'players.site_id differs in being part of the key'],
];
test.each(wrong)('tells %s', (_name, columns, difference) => {
  connection.exec(`CREATE TABLE players (${columns}) STRICT`);
  expect(schemaDifferences(connection, [players])).toEqual([expect.stringContaining(difference)]);
});

test('tells a table that is not STRICT', () => {
  connection.exec(`CREATE TABLE players (${good})`);
  expect(schemaDifferences(connection, [players])).toEqual(['table players is not STRICT']);
});

test('tells a table that nobody declared, and one that does not exist', () => {
  connection.exec('CREATE TABLE strays (id TEXT NOT NULL PRIMARY KEY) STRICT');
  expect(schemaDifferences(connection, [players])).toEqual([
    'table strays is not declared replicated or local',
    'table players is declared but does not exist',
  ]);
});
