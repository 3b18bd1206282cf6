import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../../testing/temporary-directory.ts';
import { type Database, openDatabase } from '../../database/database.ts';
import { readMigrations } from '../../database/migrations.ts';
import { createIds } from '../../ids.ts';
import type { RunnableJob } from '../job.ts';
import { createJobs, type Jobs, type JobsOptions } from '../jobs.ts';
import { pageOfJobs } from '../jobs-store.ts';
import type { JobRow } from '../jobs-tables.ts';

export const migrations = readMigrations(join(import.meta.dirname, '../../../../migrations'));

/** A database, a clock that stands still, and a life of the jobs over them. */
export interface JobBench {
  readonly clock: FakeClock;
  readonly database: Database;
  readonly metrics: Registry;
  readonly jobs: Jobs;
  /** How many writes each commit held. */
  readonly commits: number[];
  /** Every job there is, oldest first. */
  rows(): JobRow[];
  /** Leaves this life where it stands, as a crash does, and begins another over the same database. */
  afterACrash(...jobs: RunnableJob[]): Promise<JobBench>;
}

type Options = Partial<Pick<JobsOptions, 'slots' | 'random' | 'database'>>;

export async function aJobBench(options: Options, ...registered: RunnableJob[]): Promise<JobBench> {
  const clock = createFakeClock();
  const commits: number[] = [];
  const database = openDatabase({
    directory: aTemporaryDirectory(),
    migrations,
    clock,
    onGroup: (size) => commits.push(size),
  });
  onTestFinished(() => database.close());
  return aLife({ clock, database, commits }, options, registered);
}

async function aLife(
  around: Pick<JobBench, 'clock' | 'database' | 'commits'>,
  options: Options,
  registered: readonly RunnableJob[],
): Promise<JobBench> {
  const { clock, database } = around;
  const metrics = new Registry();
  const logger = pino({ level: 'silent' });
  const jobs = createJobs({
    database,
    clock,
    ids: createIds(clock),
    logger,
    metrics,
    random: () => 1,
    ...options,
  });
  for (const job of registered) jobs.register(job);
  await jobs.start();
  return {
    ...around,
    metrics,
    jobs,
    rows: () =>
      database.now.all(pageOfJobs, { state: null, kind: null, before: null, limit: 1_000 }).reverse(),
    // The clock of the life before stands still for ever, and so does all that it had begun.
    afterACrash: (...next) => aLife({ ...around, clock: createFakeClock(clock.now()) }, options, next),
  };
}
