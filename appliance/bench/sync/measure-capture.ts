import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type PlayerRow, players } from '../../src/modules/players/players-tables.ts';
import { createCapture } from '../../src/platform/change-log/capture.ts';
import { bytesPerEntry } from '../../src/platform/change-log/change-log-metrics.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type Database, openDatabase } from '../../src/platform/database/database.ts';
import { readMigrations } from '../../src/platform/database/migrations.ts';
import { insertInto, updateWhole } from '../../src/platform/database/query.ts';
import type { Transaction } from '../../src/platform/database/transaction.ts';
import { createIds } from '../../src/platform/ids.ts';
import { allTables } from '../../src/tables.ts';
import { atMost, type Goal } from '../measuring/goal.ts';
import { inRounds } from '../measuring/rounds.ts';
import { median, medianDifference, medianRatio, rounded } from '../measuring/statistics.ts';

export interface CaptureBench {
  /** In memory, where a sync costs nothing: what SQLite and the appliance have to do themselves. */
  readonly memory: string;
  /** On the disk: with what the kernel has to do to bring it there. */
  readonly disk: string;
  readonly rounds: number;
  /** Changes of each kind in each round, in transactions of 100; a tenth of it in transactions of one. */
  readonly rows: number;
}

interface Subject {
  readonly database: Database;
  readonly file: string;
}

interface Round {
  /** CPU of the process, microseconds per change, in transactions of 100 changes and of one. */
  readonly by_100: number;
  readonly by_1: number;
  /** Pages of the write-ahead log per transaction of one change. */
  readonly walPages: number;
}

const insert = insertInto(players);
const update = updateWhole(players);
const ids = createIds(systemClock);

function open(directory: string, captured: boolean): Subject {
  const database = openDatabase({
    directory,
    migrations: readMigrations(join(import.meta.dirname, '../../migrations')),
    clock: systemClock,
    ...(captured
      ? { capture: createCapture({ tables: allTables, applianceId: 'bench', clock: systemClock }) }
      : {}),
  });
  return { database, file: join(directory, 'dugout.db') };
}

const aPlayer = (n: number): PlayerRow =>
  Object.fromEntries(
    Object.entries(players.columns).map(([name, { type, nullable }]) => [
      name,
      nullable ? null : name === 'id' ? ids.next() : type === 'TEXT' ? `guest ${n}` : n,
    ]),
  ) as unknown as PlayerRow;

/** Each row is written once and changed once: an insert and an update. */
async function change(database: Database, rows: number, perTransaction: number): Promise<void> {
  for (let done = 0; done < rows / 2; done += perTransaction) {
    const batch = Array.from({ length: perTransaction }, (_, n) => aPlayer(done + n));
    await database.write((tx: Transaction) => {
      for (const row of batch) tx.run(insert, row);
    });
    await database.write((tx: Transaction) => {
      for (const row of batch) tx.run(update, row);
    });
  }
}

async function cpuPerRow(work: () => Promise<void>, rows: number): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rows;
}

async function measure({ database }: Subject, rows: number): Promise<Round> {
  const few = rows / 10;
  const by_100 = await cpuPerRow(() => change(database, rows, 100), rows);
  const by_1 = await cpuPerRow(() => change(database, few, 1), few);
  database.checkpoint();
  // Few enough that the log is not moved meanwhile.
  await change(database, 100, 1);
  return { by_100, by_1, walPages: database.size().wal_pages / 100 };
}

/** With the capture of changes and without, round by round. */
async function compare(directory: string, { rounds, rows }: Pick<CaptureBench, 'rounds' | 'rows'>) {
  const subjects = [open(join(directory, 'captured'), true), open(join(directory, 'bare'), false)];
  for (const { database } of subjects) await change(database, 2_000, 100);
  const [captured = [], bare = []] = await inRounds(subjects, rounds, (one) => measure(one, rows), 100);
  for (const { database } of subjects) database.close();
  return (name: keyof Round) => {
    const [ours, theirs] = [captured.map((round) => round[name]), bare.map((round) => round[name])];
    return {
      bare: rounded(median(theirs)),
      more: rounded(medianDifference(ours, theirs)),
      ratio: rounded(medianRatio(ours, theirs)),
    };
  };
}

/** Bytes of the log per change: with the marks, which take their part of it. */
function bytesPerChange(file: string): { perChange: number; perEntry: number } {
  const connection = new Sqlite(file, { readonly: true });
  const number = (sql: string) => connection.prepare(sql).pluck().get() as number;
  const bytes = number("SELECT sum(pgsize) FROM dbstat WHERE name = 'change_log'");
  const entries = number('SELECT count(*) FROM change_log');
  const changes = number('SELECT count(*) FROM change_log WHERE tbl <> 0');
  connection.close();
  return { perChange: bytes / changes, perEntry: bytes / entries };
}

export async function measureCapture({ memory, disk, rounds, rows }: CaptureBench) {
  const inMemory = await compare(memory, { rounds, rows });
  const onDisk = await compare(disk, { rounds, rows });
  const large = open(join(memory, 'large'), true);
  await change(large.database, rows, 100);
  const { perChange, perEntry } = bytesPerChange(large.file);
  large.database.close();
  const figures = {
    cpu_us_per_change_by_100: inMemory('by_100'),
    cpu_us_per_change_by_1: inMemory('by_1'),
    cpu_us_per_change_by_100_on_disk: onDisk('by_100'),
    cpu_us_per_change_by_1_on_disk: onDisk('by_1'),
    wal_pages_per_transaction: onDisk('walPages'),
    bytes_per_change: rounded(perChange),
    bytes_per_entry: rounded(perEntry),
  };
  const goals: Goal[] = [
    atMost('CPU of logging, µs per change by 100', figures.cpu_us_per_change_by_100.more, 3),
    atMost('the same one by one', figures.cpu_us_per_change_by_1.more, 10),
    // A hundred transactions come to a page of the log of their own now and then.
    atMost('pages more per transaction', figures.wal_pages_per_transaction.more, 1.1),
    atMost('bytes per change, by 100', figures.bytes_per_change, 60),
    atMost('bytes per entry, as the metrics estimate', figures.bytes_per_entry, bytesPerEntry),
  ];
  return { figures, goals };
}
