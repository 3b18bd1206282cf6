import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database, SqliteError } from 'better-sqlite3';
import { type Finding, fault, note, ok } from './finding.ts';

const remedy =
  'Stop the appliance, set streams.db, streams.db-wal and streams.db-shm aside, start: a new one is made.';
const dayMs = 24 * 3_600_000;
/** As long as the appliance keeps recordings at most: as they were measured, and at all. */
export const keptMs = { raw: 7 * dayMs, anything: 90 * dayMs };
/** Every page of a larger file would take minutes. */
const looksThroughBytes = 2e9;
/** Tidying comes every hour, and a venue may be off at night. */
const lateMs = 2 * dayMs;

type Oldest = { stored_at: number } | undefined;

/** Size of `streams.db`, whether SQLite finds it sound, and whether recordings go when their time is over. */
export function recordingsSound(directory: string, now: number): Finding {
  const file = join(directory, 'streams.db');
  if (!existsSync(file)) return note('recordings', 'none yet');
  try {
    const connection = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      return judged(connection, directory, statSync(file).size, now);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof SqliteError) return fault('recordings', `${error.code}: ${error.message}`, remedy);
    throw error;
  }
}

function judged(connection: Database, directory: string, bytes: number, now: number): Finding {
  const whole = bytes <= looksThroughBytes;
  const verdict = whole ? String(connection.pragma('quick_check(1)', { simple: true })) : 'ok';
  if (verdict !== 'ok') return fault('recordings', verdict, remedy);
  const oldest = connection.prepare<[], Oldest>('SELECT stored_at FROM chunks ORDER BY id LIMIT 1').get();
  const raw = connection
    .prepare<[], Oldest>("SELECT stored_at FROM chunks WHERE grade = 'raw' ORDER BY id LIMIT 1")
    .get();
  const ageOf = (chunk: Oldest) => (chunk === undefined ? 0 : now - chunk.stored_at);
  const size = `${(bytes / 1e6).toFixed(1)} MB, ${whole ? 'sound' : 'too large to look at every page'}`;
  const detail = oldest === undefined ? size : `${size}, the oldest of ${inDays(ageOf(oldest))} ago`;
  if (ageOf(oldest) > keptMs.anything + lateMs)
    return fault(
      'recordings',
      `${detail}: kept are ${inDays(keptMs.anything)}`,
      'See why sessions.tidy does not run.',
    );
  const aside = readdirSync(directory).filter((name) => /^streams\.db\.damaged-.*Z$/u.test(name));
  if (aside.length > 0) return note('recordings', `${detail}; damaged and set aside: ${aside.join(', ')}`);
  if (ageOf(raw) > keptMs.raw + lateMs)
    return note('recordings', `${detail}; some of ${inDays(ageOf(raw))} ago wait for their result`);
  return ok('recordings', detail);
}

const inDays = (ms: number): string => `${Math.round(ms / dayMs)} days`;
