import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which machine this is, from `keys/appliance-id`: made once, and kept outside of the database so that a copy of the
 * database on another machine can be told from the original.
 */
export function applianceIdIn(dataDirectory: string): string {
  const keys = join(dataDirectory, 'keys');
  const file = join(keys, 'appliance-id');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const id = randomUUID();
  // Whole or not at all: half an identity would be another one after a power cut.
  writeFileSync(`${file}.new`, `${id}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return id;
}
