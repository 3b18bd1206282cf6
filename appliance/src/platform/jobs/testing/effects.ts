import { join } from 'node:path';
import { readMigrations } from '../../database/migrations.ts';
import { insertInto, queriesOver } from '../../database/query.ts';
import { defineTable, integer, type RowOf, text } from '../../database/table.ts';

/** What the jobs write whose process is killed: one row per effect. */
const effects = defineTable('effects', {
  replication: 'local',
  key: ['id'],
  columns: { id: text('none'), number: integer('none') },
});

export const insertEffect = insertInto(effects);
export const effectsPerJob = queriesOver<{ effects: RowOf<typeof effects> }>()((db) =>
  db
    .selectFrom('effects')
    .select(['number', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('number'),
);

export const migrations = [
  ...readMigrations(join(import.meta.dirname, '../../../../migrations')),
  {
    name: '9999-effects-are-counted',
    sql: 'CREATE TABLE effects (id TEXT NOT NULL PRIMARY KEY, number INTEGER NOT NULL) STRICT',
  },
];
