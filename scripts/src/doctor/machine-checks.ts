import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { inCheckout } from '../checkout.ts';
import { type Finding, fault, note, ok } from './finding.ts';

const oldestNode = 24;
const gigabyte = 1024 ** 3;
/** Below this a busy day of pictures may not fit. */
const comfortableBytes = 2 * gigabyte;
const leastBytes = gigabyte / 2;

export function nodeVersion(version = process.versions.node): Finding {
  if (Number(version.split('.')[0]) >= oldestNode) return ok('node', version);
  return fault('node', `${version} is too old`, 'Use `npx dugout`, or node_modules/.bin/node.');
}

/** The data directory, or the nearest directory above it that exists, can be written. */
export function dataDirectory(directory: string): Finding {
  const existing = nearestExisting(directory);
  try {
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return fault(
      'data directory',
      `${existing} cannot be written`,
      'Make it writable, or set DUGOUT_DATA_DIR.',
    );
  }
  return existing === directory
    ? ok('data directory', directory)
    : note('data directory', `${directory} will be made`);
}

export function freeSpace(directory: string, available = availableBytes(directory)): Finding {
  const detail = `${(available / gigabyte).toFixed(1)} GB free`;
  if (available < leastBytes) return fault('disk', detail, 'Free some space: a full disk stops sign-ups.');
  return available < comfortableBytes
    ? note('disk', `${detail}; a busy day may need more`)
    : ok('disk', detail);
}

export function screensBuilt(page = inCheckout('kiosk-ui/dist/index.html')): Finding {
  if (existsSync(page)) return ok('screens', 'built');
  return fault('screens', 'not built', 'Run `npm start`, or `node scripts/setup.mjs`.');
}

function availableBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(nearestExisting(directory));
  return bavail * bsize;
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
