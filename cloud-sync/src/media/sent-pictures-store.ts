import type { Database as Connection } from 'better-sqlite3';

/**
 * In `sync.db`: which pictures the cloud is known to hold. Only remembered from what the cloud itself said. Beside it,
 * for the time of this process, the names that rows of the venue hold.
 */
export interface SentPictures {
  has(file: string): boolean;
  add(file: string, at: number): void;
  drop(file: string): void;
  all(): Iterable<string>;
  /** From now on exactly these are known to be there. Taken in pages. */
  replace(pages: AsyncIterable<readonly string[]>, at: number): Promise<void>;
  readonly named: {
    clear(): void;
    add(files: readonly string[]): void;
  };
  namedUnsent(): string[];
  sentUnnamed(): string[];
}

export function createSentPictures(connection: Connection): SentPictures {
  connection.exec(`
    CREATE TABLE IF NOT EXISTS media_sent (file TEXT NOT NULL PRIMARY KEY, sent_at INTEGER NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS media_named (file TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
    CREATE TEMP TABLE IF NOT EXISTS media_there (file TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
  `);
  const prepare = (sql: string) => connection.prepare<unknown[], string>(sql);
  const files = (sql: string) => prepare(sql).pluck();
  const has = prepare('SELECT 1 FROM media_sent WHERE file = ?');
  const add = prepare(
    'INSERT INTO media_sent (file, sent_at) VALUES (?, ?) ON CONFLICT (file) DO UPDATE SET sent_at = excluded.sent_at',
  );
  const drop = prepare('DELETE FROM media_sent WHERE file = ?');
  const all = files('SELECT file FROM media_sent');
  const clearNamed = prepare('DELETE FROM media_named');
  const addNamed = prepare('INSERT OR IGNORE INTO media_named (file) VALUES (?)');
  const clearThere = prepare('DELETE FROM media_there');
  const addThere = prepare('INSERT OR IGNORE INTO media_there (file) VALUES (?)');
  const dropLost = prepare('DELETE FROM media_sent WHERE file NOT IN (SELECT file FROM media_there)');
  const addFound = prepare(
    'INSERT OR IGNORE INTO media_sent (file, sent_at) SELECT file, ? FROM media_there',
  );
  const namedUnsent = files('SELECT file FROM media_named EXCEPT SELECT file FROM media_sent');
  const sentUnnamed = files('SELECT file FROM media_sent EXCEPT SELECT file FROM media_named');

  const addAllNamed = connection.transaction((names: readonly string[]) => {
    for (const file of names) addNamed.run(file);
  });
  const addAllThere = connection.transaction((names: readonly string[]) => {
    for (const file of names) addThere.run(file);
  });
  const settle = connection.transaction((at: number) => {
    dropLost.run();
    addFound.run(at);
  });

  return {
    has: (file) => has.get(file) !== undefined,
    add: (file, at) => void add.run(file, at),
    drop: (file) => void drop.run(file),
    all: () => all.iterate(),
    async replace(pages, at) {
      clearThere.run();
      for await (const page of pages) addAllThere(page);
      settle(at);
      clearThere.run();
    },
    named: {
      clear: () => void clearNamed.run(),
      add: (names) => addAllNamed(names),
    },
    namedUnsent: () => namedUnsent.all(),
    sentUnnamed: () => sentUnnamed.all(),
  };
}
