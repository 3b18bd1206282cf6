import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createStatements, type Statements } from './transaction.ts';

/** The venue's database as a process beside the appliance sees it. */
export interface DatabaseBeside {
  readonly now: Pick<Statements, 'all' | 'get'>;
  /** Whether something was committed since the last time this was asked; a few microseconds. */
  changed(): boolean;
  close(): void;
}

/** Opens it to read. Throws while there is none: the appliance makes it. */
export function openDatabaseBeside(directory: string): DatabaseBeside {
  const file = join(directory, 'dugout.db');
  if (!existsSync(file))
    throw new Error(`${file} does not exist yet: the first start of the appliance makes it`);
  const connection = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 1_000 });
  connection.pragma('trusted_schema = OFF');
  const version = connection.prepare('PRAGMA data_version').pluck();
  let seen: unknown;
  return {
    now: createStatements(connection),
    changed() {
      const before = seen;
      seen = version.get();
      return seen !== before;
    },
    close: () => void connection.close(),
  };
}
