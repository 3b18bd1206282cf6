import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe } from 'vitest';

/**
 * Recordings of real gloves, and numbers worked out from them, lie beside a checkout and not in it: `shared/data` in a
 * folder above. Where they are, or null.
 */
export const sharedRecordings: string | null = lookUpward(import.meta.dirname);

/** Tests that want the recordings: skipped, saying why, where there are none. Read files within a test: vitest runs this body even then. */
export function describeRecordings(name: string, tests: (folder: string) => void): void {
  describe.skipIf(sharedRecordings === null)(
    sharedRecordings === null ? `${name} (skipped: no shared/data in a folder above)` : name,
    () => tests(sharedRecordings ?? ''),
  );
}

function lookUpward(directory: string): string | null {
  const candidate = join(directory, 'shared', 'data');
  if (existsSync(candidate)) return candidate;
  const parent = dirname(directory);
  return parent === directory ? null : lookUpward(parent);
}
