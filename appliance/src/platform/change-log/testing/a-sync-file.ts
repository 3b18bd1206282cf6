import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { onTestFinished } from 'vitest';

/** The daemon's bookkeeping, as far as the appliance reads it. */
export function aSyncFile(directory: string) {
  const connection = new Sqlite(join(directory, 'sync.db'));
  connection.pragma('journal_mode = WAL');
  onTestFinished(() => {
    connection.close();
  });
  return {
    connection,
    makeTables(): void {
      connection.exec(`
        CREATE TABLE sent (seq INTEGER PRIMARY KEY, tok INTEGER, epoch INTEGER, sent_at INTEGER) STRICT;
        CREATE TABLE progress (id INTEGER PRIMARY KEY, epoch INTEGER, acked_seq INTEGER, acked_tok INTEGER) STRICT`);
    },
    send(seq: number, epoch = 1): void {
      connection.prepare('INSERT INTO sent VALUES (?, 0, ?, 0)').run(seq, epoch);
    },
    acknowledge(seq: number, epoch = 1): void {
      connection.prepare('INSERT OR REPLACE INTO progress VALUES (1, ?, ?, 0)').run(epoch, seq);
    },
  };
}
