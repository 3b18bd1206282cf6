import { workerData } from 'node:worker_threads';
import Sqlite, { SqliteError } from 'better-sqlite3';
import { type CheckpointerData, logPages, signals, wishes } from './checkpointer-signals.ts';

/** Often enough that a thousand pages more have not become many thousands. */
const lookMs = 100;

const { file, shared }: CheckpointerData = workerData;

interface LogState {
  log: number;
  checkpointed: number;
}

function checkpointWhenWorthwhile(connection: Sqlite.Database): void {
  const [state] = connection.pragma('wal_checkpoint(NOOP)') as LogState[];
  if (state === undefined || state.log - state.checkpointed < logPages.worthwhile) return;
  // Not in the writer's way: where one checkpoints, the other cannot.
  if (state.log >= logPages.writersTurn) return;
  try {
    // Passive: takes no lock that a writer waits for, and leaves off where one is in the way.
    connection.pragma('wal_checkpoint(PASSIVE)');
  } catch (error) {
    // A full disk, say. The writer meets it too and tells; the log is whole, and there is a next time.
    if (!(error instanceof SqliteError)) throw error;
  }
}

try {
  const connection = new Sqlite(file, { timeout: 0, fileMustExist: true });
  connection.pragma('synchronous = FULL');
  connection.pragma('wal_autocheckpoint = 0');
  while (Atomics.wait(shared, signals.wish, wishes.goOn, lookMs) === 'timed-out') {
    checkpointWhenWorthwhile(connection);
  }
  connection.close();
} finally {
  Atomics.store(shared, signals.ended, 1);
  Atomics.notify(shared, signals.ended);
}
