import { SqliteError } from 'better-sqlite3';
import { defineProblems, Problem, type ProblemKind } from '../errors.ts';

export const storageProblems = defineProblems({
  storage_full: {
    status: 507,
    title: 'The disk is full.',
    cause: 'The volume of the data directory has no room left. Nothing was written; reads go on.',
    remedy: 'Free space or erase old data; writes work again at once, without a restart.',
  },
  storage_failed: {
    status: 503,
    title: 'The write could not be stored.',
    cause: 'The disk reported an error. Nothing was written.',
    remedy: 'Try again; when it repeats, look at the health board and the disk.',
  },
  storage_busy: {
    status: 503,
    title: 'The database is held by another program.',
    cause: 'Something else writes to the database file, which only the appliance may do.',
    remedy: 'Close the other program, then try again.',
  },
  storage_closed: {
    status: 503,
    title: 'The appliance is stopping.',
    cause: 'The write came after the database was closed. Nothing was written.',
    remedy: 'Try again once the appliance is back.',
  },
});

const kinds: ReadonlySet<ProblemKind> = new Set(Object.values(storageProblems));

/** Whether the store itself failed, and not what was asked of it: trying again later can succeed. */
export function isStorageFailure(error: unknown): boolean {
  const problem = storageProblem(error);
  return problem instanceof Problem && kinds.has(problem.kind);
}

/** An error of the store itself as a problem; anything else is handed back as it is. */
export function storageProblem(error: unknown): unknown {
  if (!(error instanceof SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') return new Problem(storageProblems.storage_full);
  if (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED')) {
    return new Problem(storageProblems.storage_busy);
  }
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB)/u.test(error.code)) {
    return new Problem(storageProblems.storage_failed, undefined, { storage_code: error.code });
  }
  return error;
}
