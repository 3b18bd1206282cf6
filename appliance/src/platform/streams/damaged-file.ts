import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SqliteError } from 'better-sqlite3';

/** What was set aside may be as large as the disk allows. */
const keptAside = 2;
/** The log before the file: a new file must never be found with the log of another. */
const parts = ['-wal', '-shm', ''];

/** Looked through, the file is not what was written. */
export class FileDamaged extends Error {
  override readonly name = 'FileDamaged';
}

/** Whether the file itself is no sound database any more, whatever is asked of it. */
export const meansDamage = (error: unknown): boolean =>
  error instanceof FileDamaged ||
  (error instanceof SqliteError && /^SQLITE_(CORRUPT|NOTADB)/u.test(error.code));

/**
 * Moves a damaged file away, with what belongs to it, and all but the newest that were moved before. Nobody here may
 * have it open. Answers its new name, which says when (`now`, epoch ms).
 */
export function setAside(file: string, now: number): string {
  const aside = `${file}.damaged-${new Date(now).toISOString().replaceAll(':', '-')}`;
  for (const part of parts) if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${aside}${part}`);
  for (const old of filesAside(dirname(file)).slice(0, -keptAside)) removeAside(join(dirname(file), old));
  return basename(aside);
}

/** Names of the files that were set aside, oldest first. */
export const filesAside = (dataDirectory: string): string[] =>
  existsSync(dataDirectory)
    ? readdirSync(dataDirectory)
        .filter((name) => /^streams\.db\.damaged-[^/]*Z$/u.test(name))
        .sort()
    : [];

/** Nobody can tell whose samples are in them. */
export function removeAllAside(dataDirectory: string): void {
  for (const name of filesAside(dataDirectory)) removeAside(join(dataDirectory, name));
}

function removeAside(aside: string): void {
  for (const part of parts) rmSync(`${aside}${part}`, { force: true });
}
