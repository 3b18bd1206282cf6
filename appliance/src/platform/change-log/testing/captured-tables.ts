import { defineTable, integer, nullable, text } from '../../database/table.ts';
import { changeLogDeclarations } from '../change-log-tables.ts';

/** Keys of every kind: text, several columns, the rowid; a unique value that rows may take from each other; a cascade. */
export const parents = defineTable('parents', {
  replication: 'replicated',
  key: ['id'],
  columns: { id: text('none'), name: nullable(text('none')), value: nullable(integer('none')) },
});
export const children = defineTable('children', {
  replication: 'replicated',
  key: ['parent', 'place'],
  columns: { parent: text('none'), place: integer('none'), value: nullable(integer('none')) },
});
export const numbered = defineTable('numbered', {
  replication: 'replicated',
  key: ['number'],
  columns: { number: integer('none'), value: nullable(integer('none')) },
});
export const jottings = defineTable('jottings', {
  replication: 'local',
  key: ['id'],
  columns: { id: text('none') },
});
export const capturedTables = [parents, children, numbered];
export const declared = [...changeLogDeclarations, ...capturedTables, jottings];

export const tablesExist = {
  name: '0017-tables-exist',
  sql: `CREATE TABLE parents (id TEXT NOT NULL PRIMARY KEY, name TEXT UNIQUE, value INTEGER) STRICT;
    CREATE TABLE children (parent TEXT NOT NULL REFERENCES parents (id) ON DELETE CASCADE ON UPDATE CASCADE,
      place INTEGER NOT NULL, value INTEGER, PRIMARY KEY (parent, place)) STRICT;
    CREATE TABLE numbered (number INTEGER NOT NULL PRIMARY KEY, value INTEGER) STRICT;
    CREATE TABLE jottings (id TEXT NOT NULL PRIMARY KEY) STRICT;`,
};
