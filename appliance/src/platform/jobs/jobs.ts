import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Ids } from '../ids.ts';
import { createDueTimes } from './due-times.ts';
import type { JobKind, RunnableJob } from './job.ts';
import { createJobDesk } from './job-desk.ts';
import type { Outcome } from './job-outcome.ts';
import { recoverInterruptedJobs } from './job-recovery.ts';
import { createJobRunner } from './job-runner.ts';
import {
  boundDelayedJobs,
  countJobs,
  deleteJob,
  findJobByKey,
  findPausedKinds,
  insertJob,
  renewJob,
} from './jobs-store.ts';

/** When to run: at a wall time, or after a wait that a stepped clock does not change. At once unless told. */
type When =
  | { readonly runAt?: never; readonly delayMs?: number }
  | { readonly runAt: number; readonly delayMs?: never };

export type EnqueueOptions = When & { readonly uniqueKey?: string };
export type RescheduleOptions = When & { readonly uniqueKey: string };

export interface JobsOptions {
  readonly database: Pick<Database, 'write' | 'now'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** How many slow jobs are prepared at the same time, over all kinds; 4 unless told. */
  readonly slots?: number;
  readonly random?: () => number;
}

export type Jobs = ReturnType<typeof createJobs>;

/** Durable work: rows written with the fact that asks for them, gone with the effect that answers them. */
export function createJobs(options: JobsOptions) {
  const { database, clock, ids } = options;
  const random = options.random ?? Math.random;
  const dueTimes = createDueTimes(clock);
  const listeners: ((kind: string, outcome: Outcome) => void)[] = [];
  const runs = new Counter({
    name: 'dugout_job_runs_total',
    help: 'Attempts of jobs, by how they ended',
    labelNames: ['kind', 'result'],
    registers: [options.metrics],
  });
  const runner = createJobRunner({
    database,
    clock,
    logger: options.logger,
    dueTimes,
    random,
    slots: options.slots ?? 4,
    ended(kind, result) {
      runs.inc({ kind, result });
      for (const listener of listeners) listener(kind, result);
    },
  });
  gaugeJobs(options.metrics, database);

  const whenDue = ({ runAt, delayMs = 0 }: When) =>
    runAt === undefined
      ? { run_at: dueTimes.after(delayMs), delay_ms: Math.round(delayMs) }
      : { run_at: Math.ceil(runAt), delay_ms: null };

  function checked<Payload>({ kind, payload: schema }: JobKind<Payload>, payload: Payload): string {
    if (!runner.kinds.has(kind)) throw new Error(`job kind ${kind} is not registered`);
    return JSON.stringify(schema.parse(payload));
  }

  function insert(
    transaction: Transaction,
    kind: string,
    unique_key: string | null,
    payload: string,
    when: When,
  ): string {
    const id = ids.next();
    const due = whenDue(when);
    transaction.run(insertJob, {
      id,
      kind,
      unique_key,
      payload,
      state: 'waiting',
      attempts: 0,
      lease: 0,
      ...due,
      last_error: null,
      created_at: clock.now(),
    });
    transaction.afterCommit(() => runner.expect(kind, due.run_at));
    return id;
  }

  return {
    /** Makes a kind known. Before `start`. */
    register: (job: RunnableJob): void => runner.add(job),

    /**
     * Asks for work in the caller's transaction; answers the job's id. A job of the same kind and key that waits or
     * runs is kept as it is and answers for this one too: use `reschedule` where a running one may have read what
     * has changed since.
     */
    enqueue<Payload>(
      transaction: Transaction,
      job: JobKind<Payload>,
      payload: Payload,
      { uniqueKey, ...when }: EnqueueOptions = {},
    ): string {
      const json = checked(job, payload);
      if (uniqueKey === undefined) return insert(transaction, job.kind, null, json, when);
      const known = transaction.get(findJobByKey, { kind: job.kind, unique_key: uniqueKey });
      return known?.id ?? insert(transaction, job.kind, uniqueKey, json, when);
    },

    /**
     * Asks for work anew: the job of this key, if one waits, gets this payload and due time; if it runs, its result
     * is thrown away and it runs again. Answers the job's id.
     */
    reschedule<Payload>(
      transaction: Transaction,
      job: JobKind<Payload>,
      payload: Payload,
      { uniqueKey, ...when }: RescheduleOptions,
    ): string {
      const json = checked(job, payload);
      const known = transaction.get(findJobByKey, { kind: job.kind, unique_key: uniqueKey });
      if (known === undefined) return insert(transaction, job.kind, uniqueKey, json, when);
      const due = whenDue(when);
      transaction.run(renewJob, { id: known.id, payload: json, ...due });
      transaction.afterCommit(() => {
        runner.revoke(known.id);
        runner.expect(job.kind, due.run_at);
      });
      return known.id;
    },

    /** Takes back what waits, and throws away the result of what runs. Answers whether there was such a job. */
    cancel(transaction: Transaction, job: Pick<JobKind<never>, 'kind'>, uniqueKey: string): boolean {
      const known = transaction.get(findJobByKey, { kind: job.kind, unique_key: uniqueKey });
      if (known === undefined) return false;
      transaction.run(deleteJob, { id: known.id });
      transaction.afterCommit(() => runner.revoke(known.id));
      return true;
    },

    /** Hears how each attempt ended. */
    onEnd: (listener: (kind: string, outcome: Outcome) => void): void => void listeners.push(listener),

    /** Takes over what an earlier process left behind, and begins to work. */
    async start(): Promise<void> {
      await database.write((transaction) => {
        recoverInterruptedJobs(transaction, runner.kinds, { random, dueTimes, logger: options.logger });
        transaction.run(boundDelayedJobs, { now: clock.now() });
      });
      for (const { kind } of database.now.all(findPausedKinds, {})) runner.setPaused(kind, true);
      runner.start();
    },

    /** Takes no new work, lets what runs end within `graceMs`, and puts the rest back. */
    stop: (graceMs = 2_500): Promise<void> => runner.stop(graceMs),

    ...createJobDesk({ runner, dueTimes }),
  };
}

function gaugeJobs(registry: Registry, database: Pick<Database, 'now'>): void {
  new Gauge({
    name: 'dugout_jobs',
    help: 'Jobs that are not done, by kind and state',
    labelNames: ['kind', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { kind, state, count } of database.now.all(countJobs, {})) this.set({ kind, state }, count);
    },
  });
}
