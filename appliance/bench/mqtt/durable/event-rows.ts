import { createServer } from 'node:http';
import { systemClock } from '../../../src/platform/clock.ts';
import { openDatabase } from '../../../src/platform/database/database.ts';
import { insertInto } from '../../../src/platform/database/query.ts';
import { blob, defineTable, moment, text } from '../../../src/platform/database/table.ts';

const events = defineTable('bench_events', {
  replication: 'local',
  key: ['id'],
  columns: { id: text('none'), received_at: moment('none'), payload: blob('none') },
});
const migrations = [
  {
    name: '0001-events-are-kept',
    sql: `CREATE TABLE bench_events (
      id TEXT NOT NULL PRIMARY KEY, received_at INTEGER NOT NULL, payload BLOB NOT NULL) STRICT`,
  },
];
const insert = insertInto(events);

/** One row per message in the appliance's own database. */
export function openEvents(directory: string) {
  const database = openDatabase({ directory, migrations, clock: systemClock });
  database.checkpointInBackground();
  let stored = 0;
  let numbers = 0;
  return {
    /** Durable when it resolves. */
    async keep(payload: Buffer): Promise<void> {
      numbers += 1;
      const id = String(numbers).padStart(16, '0');
      await database.write((tx) => {
        tx.run(insert, { id, received_at: systemClock.now(), payload });
      });
      stored += 1;
    },
    /** Answers over HTTP how many are stored, so that both ways of getting there are watched alike. */
    tellHowMany: (port: number) =>
      createServer((_request, response) => response.end(String(stored))).listen(port, '127.0.0.1'),
  };
}
