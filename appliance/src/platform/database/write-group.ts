import type { Database as Connection } from 'better-sqlite3';
import { Problem } from '../errors.ts';
import { storageProblem, storageProblems } from './storage-problems.ts';
import type { Statements, Transaction } from './transaction.ts';

type Task = () => void;

/** A write waiting for its group. */
interface PendingWrite {
  run(transaction: Transaction): void;
  committed(): void;
  failed(error: unknown): void;
}

export interface WriteGroupOptions {
  /** false: each write has a transaction and a sync of its own (the baseline of the benchmark). */
  grouping: boolean;
  /** A group is closed after this long, so that the loop is not held. */
  maxGroupMs: number;
  monotonic(): number;
  onGroup?(size: number, ms: number): void;
  /** The last to write in the transaction of a group. When it throws, nothing of the group is stored. */
  beforeCommit?(): void;
  /** An `afterCommit` task threw: the write stands, and the other tasks run. */
  onTaskFailure(error: unknown): void;
}

/**
 * Group commit: writes asked for in one turn of the loop run one after the other as savepoints of one transaction and
 * share its sync to disk, which is what a durable commit costs. Each stands or falls alone; a promise resolves only
 * after the commit it is part of.
 */
export function createWriteGroup(connection: Connection, statements: Statements, options: WriteGroupOptions) {
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const savepoint = connection.prepare('SAVEPOINT write');
  const release = connection.prepare('RELEASE write');
  const rollbackTo = connection.prepare('ROLLBACK TO write');
  let waiting: PendingWrite[] = [];
  let scheduled = false;
  let closed = false;
  /** Why SQLite gave the whole transaction up by itself: a full disk, an I/O error. The first is the reason. */
  const lost: unknown[] = [];

  function inSavepoint<Result>(work: () => Result): Result {
    savepoint.run();
    try {
      const result = work();
      release.run();
      return result;
    } catch (error) {
      if (connection.inTransaction) {
        rollbackTo.run();
        release.run();
      }
      throw error;
    }
  }

  /** Runs one write as a savepoint; answers what it wants done after the commit. */
  function runAlone(write: PendingWrite): Task[] {
    const tasks: Task[] = [];
    let over = false;
    const guarded =
      <Args extends unknown[], Result>(statement: (...args: Args) => Result) =>
      (...args: Args): Result => {
        // Outside its transaction a statement would commit by itself, whatever became of the rest.
        if (over || !connection.inTransaction)
          throw new Error('a write is one synchronous function: it is over');
        try {
          return statement(...args);
        } catch (error) {
          if (!connection.inTransaction) lost.push(error);
          throw error;
        }
      };
    const transaction: Transaction = {
      all: guarded(statements.all),
      get: guarded(statements.get),
      run: guarded(statements.run),
      attempt(work) {
        const before = tasks.length;
        try {
          return inSavepoint(work);
        } catch (error) {
          tasks.length = before;
          throw error;
        }
      },
      afterCommit: (task) => tasks.push(task),
    };
    try {
      inSavepoint(() => write.run(transaction));
    } finally {
      over = true;
    }
    return tasks;
  }

  function commitGroup(group: PendingWrite[]): void {
    const started = options.monotonic();
    const done: PendingWrite[] = [];
    const tasks: Task[] = [];
    lost.length = 0;
    try {
      begin.run();
      for (let write = group.shift(); write !== undefined; write = group.shift()) {
        try {
          tasks.push(...runAlone(write));
          done.push(write);
        } catch (error) {
          if (!connection.inTransaction) {
            done.push(write);
            throw error;
          }
          write.failed(storageProblem(error));
        }
        if (!options.grouping || options.monotonic() - started > options.maxGroupMs) break;
      }
      options.beforeCommit?.();
      commit.run();
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      const [reason = error] = lost;
      const problem = storageProblem(reason);
      for (const write of done.concat(group.splice(0))) write.failed(problem);
      return;
    }
    options.onGroup?.(done.length, options.monotonic() - started);
    for (const write of done) write.committed();
    for (const task of tasks) runContained(task);
  }

  function runContained(task: Task): void {
    try {
      task();
    } catch (error) {
      options.onTaskFailure(error);
    }
  }

  function flush(): void {
    scheduled = false;
    if (waiting.length === 0) return;
    const group = waiting;
    waiting = [];
    commitGroup(group);
    waiting = group.concat(waiting);
    if (waiting.length > 0) schedule();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  return {
    write<Result>(work: (transaction: Transaction) => Result): Promise<Result> {
      if (closed) return Promise.reject(new Problem(storageProblems.storage_closed));
      return new Promise<Result>((resolve, reject) => {
        let result: { value: Result } | undefined;
        waiting.push({
          run: (transaction) => {
            const value = work(transaction);
            if (value instanceof Promise)
              throw new Error('a write is one synchronous function: it gave a promise');
            result = { value };
          },
          committed: () => {
            if (result !== undefined) resolve(result.value);
          },
          failed: reject,
        });
        schedule();
      });
    },
    /** Commits what waits and takes no more. */
    close(): void {
      closed = true;
      while (waiting.length > 0) flush();
    },
  };
}
