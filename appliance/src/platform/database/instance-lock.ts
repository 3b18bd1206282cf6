import { join } from 'node:path';
import Sqlite, { SqliteError } from 'better-sqlite3';

export class DirectoryInUse extends Error {
  constructor(directory: string, who: string) {
    super(`another ${who} is running on ${directory}; stop it first, or choose another data directory`);
    this.name = 'DirectoryInUse';
  }
}

/** A connection that nobody holds is collected, and its lock would go with it. */
const held = new Set<Sqlite.Database>();

/** What there is one of on a data directory: who they are, and the file that is theirs while they run. */
export interface Instance {
  readonly who: string;
  readonly file: string;
}
const theAppliance: Instance = { who: 'appliance', file: 'instance.lock' };

/**
 * Makes this process the only one of its kind on `directory`. The lock is a file lock that the kernel drops with the process, so
 * a kill -9 leaves nothing behind to clean up. Answers the function that gives it back.
 */
export function acquireInstanceLock(directory: string, { who, file }: Instance = theAppliance): () => void {
  const lock = new Sqlite(join(directory, file), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY'))
      throw new DirectoryInUse(directory, who);
    throw error;
  }
  held.add(lock);
  return () => {
    held.delete(lock);
    lock.close();
  };
}
