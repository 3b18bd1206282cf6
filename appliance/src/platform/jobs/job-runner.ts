import type { Logger } from 'pino';
import { type Clock, sleep } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { isStorageFailure } from '../database/storage-problems.ts';
import type { Transaction } from '../database/transaction.ts';
import type { DueTimes } from './due-times.ts';
import { JobRevoked, JobTimedOut, RunnerStopped } from './failure.ts';
import type { JobWrite, QuickHandler, RunnableJob, SlowHandler } from './job.ts';
import { completeJob, type Outcome, recordFailure } from './job-outcome.ts';
import { claimJob, findDueJobs, findNextDueTime, moveDelayedJobs, returnClaimedJob } from './jobs-store.ts';
import type { JobRow } from './jobs-tables.ts';

/** However far away the next due time seems, the wall clock is asked again after this long. */
const recheckMs = 1_000;
/** How many quick jobs are taken at a time. */
const batch = 64;
/** How long to wait before storing again what a full disk refused. */
const storageRetryMs = 1_000;

export interface RunnerOptions {
  readonly database: Pick<Database, 'write' | 'now'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dueTimes: DueTimes;
  readonly random: () => number;
  /** How many slow jobs are prepared at the same time, over all kinds. */
  readonly slots: number;
  readonly ended: (kind: string, outcome: Outcome) => void;
}

interface Run {
  readonly row: JobRow;
  readonly controller: AbortController;
  finished: Promise<void>;
}

export type JobRunner = ReturnType<typeof createJobRunner>;

/** Finds what is due, claims it, runs it, and ends it in one transaction with its effect. */
export function createJobRunner(options: RunnerOptions) {
  const { database, clock, logger, dueTimes } = options;
  const kinds = new Map<string, RunnableJob>();
  const paused = new Set<string>();
  const runs = new Set<Run>();
  const toLook = new Set<string>();
  let state: 'new' | 'running' | 'stopping' = 'new';
  let turning: Promise<void> | undefined;
  let storing = true;
  let stopRechecking = () => {};

  /** Looks for work of one kind, or of every kind, as soon as the current turn is over. */
  function wake(kind?: string): void {
    if (state !== 'running') return;
    for (const each of kind === undefined ? kinds.keys() : [kind]) toLook.add(each);
    turning ??= takeTurns();
  }

  async function takeTurns(): Promise<void> {
    // Everything that woke it together has done so: the urgent are among them.
    await Promise.resolve();
    try {
      while (toLook.size > 0 && state === 'running') {
        const looked = inOrder(kinds, toLook);
        toLook.clear();
        await followClock();
        await takeDue(looked);
        storing = true;
      }
    } catch (error) {
      // Nothing is lost: it is all still waiting, and looked for again within a second.
      if (storing) logger.warn({ err: error }, 'jobs wait for the disk');
      storing = false;
    }
    turning = undefined;
  }

  async function followClock(): Promise<void> {
    const step = dueTimes.step();
    if (step === 0) return;
    await database
      .write((transaction) => {
        transaction.run(moveDelayedJobs, { step });
        dueTimes.moved(step);
      })
      .catch((error: unknown) => {
        dueTimes.moved(-step);
        throw error;
      });
    logger.info({ step_ms: step }, 'the clock was stepped; waiting jobs keep their waits');
    expectNext();
  }

  async function takeDue(looked: readonly RunnableJob[]): Promise<void> {
    const writes: Promise<unknown>[] = [];
    let slots = options.slots - runs.size;
    for (const { kind, handler } of looked) {
      if (paused.has(kind)) continue;
      if ('prepare' in handler) {
        const ids = due(kind, Math.min(slots, handler.concurrency - running(kind)));
        slots -= ids.length;
        if (ids.length > 0) writes.push(claim(handler, ids));
      } else {
        const ids = due(kind, batch);
        if (ids.length === batch) toLook.add(kind);
        for (const id of ids) writes.push(runAtOnce(kind, handler, id));
      }
    }
    await Promise.all(writes);
  }

  function due(kind: string, limit: number): string[] {
    if (limit <= 0) return [];
    return database.now.all(findDueJobs, { kind, now: clock.now(), limit }).map((row) => row.id);
  }

  const running = (kind: string): number => [...runs].filter((run) => run.row.kind === kind).length;

  async function runAtOnce(kind: string, handler: QuickHandler, id: string): Promise<void> {
    const outcome = await database.write((transaction) => {
      const row = transaction.get(claimJob, { id });
      if (row === undefined) return 'discarded';
      return completeJob(transaction, row, handler, options, (tx) => handler.write(tx, row.payload));
    });
    options.ended(kind, outcome);
  }

  async function claim(handler: SlowHandler, ids: readonly string[]): Promise<void> {
    const rows = await database.write((transaction) =>
      ids.flatMap((id) => transaction.all(claimJob, { id })),
    );
    for (const row of rows) {
      const run: Run = { row, controller: new AbortController(), finished: Promise.resolve() };
      runs.add(run);
      run.finished = perform(run, handler).finally(() => {
        runs.delete(run);
        wake();
      });
    }
  }

  async function perform(run: Run, handler: SlowHandler): Promise<void> {
    const { id, kind } = run.row;
    const end = await prepared(run, handler).then(
      (write): Ending =>
        (transaction) =>
          completeJob(transaction, run.row, handler, options, write),
      (error: unknown) => endingAfter(error, run.row, handler),
    );
    if (end === undefined) return options.ended(kind, 'discarded');
    try {
      options.ended(kind, await stored(end));
    } catch (error) {
      logger.error({ err: error, job_id: id, kind }, 'the end of a job could not be stored');
    }
  }

  function prepared({ row, controller }: Run, handler: SlowHandler): Promise<JobWrite> {
    const { signal } = controller;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      const inTime = clock.after(handler.timeoutMs, () =>
        controller.abort(new JobTimedOut(handler.timeoutMs)),
      );
      handler.prepare(row.payload, { signal, attempt: row.attempts }).then(resolve, reject).finally(inTime);
    });
  }

  function endingAfter(error: unknown, row: JobRow, handler: SlowHandler): Ending | undefined {
    if (error instanceof JobRevoked) return undefined;
    if (error instanceof RunnerStopped) {
      return (transaction) => {
        transaction.run(returnClaimedJob, row);
        return 'discarded';
      };
    }
    return (transaction) => recordFailure(transaction, row, handler, options, error);
  }

  /** A result that the disk has no room for is kept until it has: the outside work is not done twice. */
  async function stored(end: Ending): Promise<Outcome> {
    for (;;) {
      try {
        return await database.write(end);
      } catch (error) {
        if (!isStorageFailure(error) || state === 'stopping') throw error;
        await sleep(clock, storageRetryMs);
      }
    }
  }

  function recheck(): void {
    wake();
    expectNext();
  }

  /** What falls due before the next look at everything has a timer of its own. */
  function expectNext(): void {
    for (const kind of kinds.keys()) {
      const next = database.now.get(findNextDueTime, { kind, now: clock.now() });
      if (next !== undefined) expect(kind, next.run_at);
    }
  }

  /** A job of this kind falls due at `runAt`. */
  function expect(kind: string, runAt: number): void {
    const inMs = runAt - clock.now();
    if (inMs <= 0) wake(kind);
    else if (inMs < recheckMs && state === 'running') clock.after(inMs, () => wake(kind));
  }

  return {
    kinds: kinds as ReadonlyMap<string, RunnableJob>,
    paused: paused as ReadonlySet<string>,
    add(job: RunnableJob): void {
      if (kinds.has(job.kind)) throw new Error(`job kind ${job.kind} is registered twice`);
      kinds.set(job.kind, job);
    },
    expect,
    setPaused(kind: string, isPaused: boolean): void {
      if (isPaused) paused.add(kind);
      else paused.delete(kind);
      wake(kind);
    },
    /** The job was taken out of the runner's hands: cancelled, discarded or rescheduled. */
    revoke(id: string): void {
      for (const run of runs) if (run.row.id === id) run.controller.abort(new JobRevoked());
    },
    start(): void {
      state = 'running';
      stopRechecking = clock.every(recheckMs, recheck);
      recheck();
    },
    async stop(graceMs: number): Promise<void> {
      if (state !== 'running') return;
      state = 'stopping';
      stopRechecking();
      await turning;
      const finished = Promise.all([...runs].map((run) => run.finished));
      await Promise.race([finished, sleep(clock, graceMs)]);
      for (const run of runs) run.controller.abort(new RunnerStopped());
      await finished;
    },
  };
}

type Ending = (transaction: Transaction) => Outcome;

const ranks = { high: 0, normal: 1, low: 2 };

const inOrder = (kinds: ReadonlyMap<string, RunnableJob>, wanted: ReadonlySet<string>): RunnableJob[] =>
  [...wanted]
    .flatMap((kind) => kinds.get(kind) ?? [])
    .sort((a, b) => ranks[a.handler.priority] - ranks[b.handler.priority]);
