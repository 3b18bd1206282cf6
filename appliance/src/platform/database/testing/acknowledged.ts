import { defineTable, text } from '../table.ts';

/** What the writer that will be killed writes, and the test that kills it looks for. */
export const acknowledged = defineTable('acknowledged', {
  replication: 'local',
  key: ['id', 'half'],
  columns: { id: text('none'), half: text<'first' | 'second'>('none') },
});

export const migrations = [
  {
    name: '0001-acknowledgements-are-kept',
    sql: `CREATE TABLE acknowledged (id TEXT NOT NULL, half TEXT NOT NULL, PRIMARY KEY (id, half)) STRICT`,
  },
];
