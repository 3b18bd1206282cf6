import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Returns when a file's bytes, or a directory's names, survive a power cut. */
export function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
