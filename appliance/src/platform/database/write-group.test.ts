import Sqlite, { type Database as Connection, SqliteError } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { insertInto, queriesOver } from './query.ts';
import { storageProblems } from './storage-problems.ts';
import { defineTable, type RowOf, text } from './table.ts';
import { createStatements, type Transaction } from './transaction.ts';
import { createWriteGroup, type WriteGroupOptions } from './write-group.ts';

const notes = defineTable('notes', {
  replication: 'local',
  key: ['id'],
  columns: { id: text('none'), body: text('none') },
});
const insertNote = insertInto(notes);
const query = queriesOver<{ notes: RowOf<typeof notes> }>();
const allNotes = query((db) => db.selectFrom('notes').select('id').orderBy('id'));

let connection: Connection;
let commits: number[];
let taskFailures: unknown[];

function aWriteGroup(options: Partial<WriteGroupOptions> = {}, statements = createStatements(connection)) {
  return createWriteGroup(connection, statements, {
    grouping: true,
    maxGroupMs: 1_000,
    monotonic: () => performance.now(),
    onGroup: (size) => commits.push(size),
    onTaskFailure: (error) => taskFailures.push(error),
    ...options,
  });
}

const stored = (): string[] =>
  createStatements(connection)
    .all(allNotes, {})
    .map((row) => row.id);
const add =
  (id: string, body = '') =>
  (tx: Transaction) => {
    tx.run(insertNote, { id, body });
  };

beforeEach(() => {
  connection = new Sqlite(`${aTemporaryDirectory()}/notes.db`);
  connection.pragma('journal_mode = WAL');
  connection.exec('CREATE TABLE notes (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT');
  commits = [];
  taskFailures = [];
});
afterEach(() => connection.close());

describe('grouping', () => {
  test('writes of one turn share one commit, and each has its own result', async () => {
    const group = aWriteGroup();
    const ids = Array.from({ length: 100 }, (_, n) => String(n).padStart(3, '0'));
    const results = await Promise.all(
      ids.map((id) =>
        group.write((tx) => {
          add(id)(tx);
          return id;
        }),
      ),
    );
    expect(results).toEqual(ids);
    expect(stored()).toEqual(ids);
    expect(commits).toEqual([100]);
  });

  test('without grouping each write has a commit of its own', async () => {
    const group = aWriteGroup({ grouping: false });
    await Promise.all(['a', 'b', 'c'].map((id) => group.write(add(id))));
    expect(commits).toEqual([1, 1, 1]);
  });

  test('a group is closed when its time is up, and the rest follows in order', async () => {
    let now = 0;
    const group = aWriteGroup({ maxGroupMs: 5, monotonic: () => now });
    const slow = (id: string) => (tx: Transaction) => {
      now += 3;
      add(id)(tx);
    };
    const order: string[] = [];
    await Promise.all(['a', 'b', 'c'].map((id) => group.write(slow(id)).then(() => order.push(id))));
    expect(commits).toEqual([2, 1]);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('a promise resolves only when the commit is made', async () => {
    const group = aWriteGroup();
    const other = new Sqlite(connection.name, { readonly: true });
    const seen = await group
      .write(add('a'))
      .then(() => other.prepare('SELECT count(*) FROM notes').pluck().get());
    other.close();
    expect(seen).toBe(1);
  });
});

describe('each write stands or falls alone', () => {
  test('one that throws takes nothing of its group with it', async () => {
    const group = aWriteGroup();
    const failing = group.write((tx) => {
      add('b')(tx);
      throw new Error('changed my mind');
    });
    const results = await Promise.allSettled([group.write(add('a')), failing, group.write(add('c'))]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored()).toEqual(['a', 'c']);
    expect(commits).toEqual([2]);
  });

  test('an attempt that throws undoes itself alone', async () => {
    await aWriteGroup().write((tx) => {
      add('a')(tx);
      tx.attempt(() => {
        add('b')(tx);
        expect(() =>
          tx.attempt(() => {
            add('c')(tx);
            throw new Error('inner');
          }),
        ).toThrow('inner');
      });
      expect(() =>
        tx.attempt(() => {
          add('d')(tx);
          throw new Error('outer');
        }),
      ).toThrow('outer');
    });
    expect(stored()).toEqual(['a', 'b']);
  });

  test('a constraint is the writer’s own failure', async () => {
    const group = aWriteGroup();
    const results = await Promise.allSettled([
      group.write(add('a')),
      group.write(add('a')),
      group.write(add('b')),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored()).toEqual(['a', 'b']);
  });
});

describe('after the commit', () => {
  test('tasks run once the write is stored, before its promise is heard', async () => {
    const order: string[] = [];
    await aWriteGroup()
      .write((tx) => {
        tx.afterCommit(() => order.push(`task sees ${stored().length}`));
        add('a')(tx);
        order.push('work');
      })
      .then(() => order.push('promise'));
    expect(order).toEqual(['work', 'task sees 1', 'promise']);
  });

  test('tasks of a write, or of an attempt, that did not come about are dropped', async () => {
    const ran: string[] = [];
    const group = aWriteGroup();
    const failing = group.write((tx) => {
      tx.afterCommit(() => ran.push('failed write'));
      throw new Error('no');
    });
    await Promise.allSettled([
      failing,
      group.write((tx) => {
        tx.afterCommit(() => ran.push('before'));
        try {
          tx.attempt(() => {
            tx.afterCommit(() => ran.push('failed attempt'));
            throw new Error('no');
          });
        } catch {
          tx.afterCommit(() => ran.push('after'));
        }
      }),
    ]);
    expect(ran).toEqual(['before', 'after']);
  });

  test('tasks are dropped when the commit fails', async () => {
    connection.exec(
      `CREATE TABLE children (id TEXT PRIMARY KEY REFERENCES notes DEFERRABLE INITIALLY DEFERRED) STRICT`,
    );
    connection.pragma('foreign_keys = ON');
    const insertChild = queriesOver<{ children: { id: string } }>()((db) =>
      db.insertInto('children').values({ id: 'nobody' }),
    );
    let ran = false;
    const write = aWriteGroup().write((tx) => {
      tx.run(insertChild, {});
      tx.afterCommit(() => {
        ran = true;
      });
    });
    await expect(write).rejects.toThrow('FOREIGN KEY');
    expect(ran).toBe(false);
    expect(connection.inTransaction).toBe(false);
  });

  test('a task may write', async () => {
    const group = aWriteGroup();
    let second: Promise<void> | undefined;
    await group.write((tx) => {
      add('a')(tx);
      tx.afterCommit(() => {
        second = group.write(add('b'));
      });
    });
    await second;
    expect(stored()).toEqual(['a', 'b']);
  });

  test('a task that throws harms no other', async () => {
    const ran: string[] = [];
    const group = aWriteGroup();
    const failing = (tx: Transaction) =>
      tx.afterCommit(() => {
        throw new Error('a listener fell over');
      });
    await Promise.all([
      group.write(failing),
      group.write((tx) => tx.afterCommit(() => ran.push('next'))),
      group.write(add('a')),
    ]);
    expect(ran).toEqual(['next']);
    expect(taskFailures).toHaveLength(1);
    await group.write(add('b'));
    expect(stored()).toEqual(['a', 'b']);
  });
});

describe('a write is one synchronous function', () => {
  test('one that gives a promise is refused and undone', async () => {
    const group = aWriteGroup();
    await expect(
      group.write((tx) => {
        add('a')(tx);
        return Promise.resolve();
      }),
    ).rejects.toThrow('synchronous');
    expect(stored()).toEqual([]);
  });

  test('its transaction is of no use afterwards', async () => {
    const group = aWriteGroup();
    const kept = await group.write((tx) => tx);
    expect(() => add('a')(kept)).toThrow('synchronous');
    await group.write(() => expect(() => add('b')(kept)).toThrow('synchronous'));
    expect(stored()).toEqual([]);
  });
});

describe('a disk that fails', () => {
  const full = { kind: storageProblems.storage_full };
  const big = 'x'.repeat(100_000);
  const fill = () => {
    const pages = Number(connection.pragma('page_count', { simple: true }));
    connection.pragma(`max_page_count = ${pages + 2}`);
  };

  test('that is full: the whole group hears storage_full, and writes work again once there is room', async () => {
    fill();
    const group = aWriteGroup();
    const results = await Promise.allSettled([group.write(add('a')), group.write(add('b', big))]);
    expect(results).toMatchObject([
      { status: 'rejected', reason: full },
      { status: 'rejected', reason: full },
    ]);
    expect(stored()).toEqual([]);
    connection.pragma('max_page_count = 1000000');
    await group.write(add('c', big));
    expect(stored()).toEqual(['c']);
  });

  test('cannot be overlooked by a writer that catches everything', async () => {
    fill();
    const write = aWriteGroup().write((tx) => {
      try {
        add('a', big)(tx);
      } catch {
        add('b')(tx);
      }
    });
    await expect(write).rejects.toMatchObject(full);
    expect(stored()).toEqual([]);
  });

  test('at one statement: its writer hears it as a problem of the store, and the group goes on', async () => {
    const badSector = () => {
      throw new SqliteError('disk I/O error', 'SQLITE_IOERR_READ');
    };
    const group = aWriteGroup({}, { ...createStatements(connection), get: badSector });
    const reading = group.write((tx) => tx.get(allNotes, {}));
    const writing = group.write(add('a'));
    await expect(reading).rejects.toMatchObject({ kind: storageProblems.storage_failed });
    await writing;
    expect(stored()).toEqual(['a']);
  });
});

test('a database that another program holds is storage_busy, and the writes go on afterwards', async () => {
  const other = new Sqlite(connection.name);
  connection.pragma('busy_timeout = 10');
  other.exec('BEGIN IMMEDIATE');
  const group = aWriteGroup();
  await expect(group.write(add('a'))).rejects.toMatchObject({ kind: storageProblems.storage_busy });
  other.exec('ROLLBACK');
  other.close();
  await group.write(add('b'));
  expect(stored()).toEqual(['b']);
});

test('closing commits what waits and refuses what comes later', async () => {
  const group = aWriteGroup();
  const waiting = group.write(add('a'));
  group.close();
  await waiting;
  await expect(group.write(add('b'))).rejects.toMatchObject({ kind: storageProblems.storage_closed });
  expect(stored()).toEqual(['a']);
});
