import type { Reader, Transaction } from '../database/transaction.ts';
import { Problem } from '../errors.ts';
import type { DueTimes } from './due-times.ts';
import { jobProblems } from './job-problems.ts';
import type { JobRunner } from './job-runner.ts';
import {
  countDeadJobs,
  countJobs,
  deleteJob,
  findJob,
  findJobByKey,
  pageOfJobs,
  renewJob,
  setPaused,
} from './jobs-store.ts';
import type { JobRow, JobState } from './jobs-tables.ts';

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly kind?: string | undefined;
  /** The id of the last job already seen. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** A job as staff may see it: without what it is about. */
export interface JobSummary extends Omit<JobRow, 'payload' | 'unique_key' | 'lease' | 'delay_ms'> {
  readonly max_attempts: number;
}

export interface JobKindSummary extends Record<JobState, number> {
  readonly kind: string;
  readonly paused: boolean;
}

/** What staff see of jobs and do with them. */
export function createJobDesk({ runner, dueTimes }: { runner: JobRunner; dueTimes: DueTimes }) {
  const summary = ({ payload, unique_key, lease, delay_ms, ...row }: JobRow): JobSummary => ({
    ...row,
    max_attempts: runner.kinds.get(row.kind)?.handler.maxAttempts ?? row.attempts,
  });

  const known = (transaction: Transaction, id: string): JobRow => {
    const row = transaction.get(findJob, { id });
    if (row === undefined) throw new Problem(jobProblems.job_not_found);
    return row;
  };

  function pause(transaction: Transaction, kind: string, paused: boolean): void {
    if (!runner.kinds.has(kind)) throw new Problem(jobProblems.job_kind_not_found);
    transaction.run(setPaused, { kind, paused: paused ? 1 : 0 });
    transaction.afterCommit(() => runner.setPaused(kind, paused));
  }

  return {
    /** Newest first. */
    async list(reader: Reader, { state, kind, before, limit }: JobFilter): Promise<JobSummary[]> {
      const filter = { state: state ?? null, kind: kind ?? null, before: before ?? null, limit };
      return (await reader.all(pageOfJobs, filter)).map(summary);
    },

    /** Every kind this release knows, and every kind that still has jobs. */
    async listKinds(reader: Reader): Promise<JobKindSummary[]> {
      const kinds = new Map<string, JobKindSummary>();
      const of = (kind: string): JobKindSummary => {
        const known = kinds.get(kind);
        if (known !== undefined) return known;
        const entry = { kind, paused: runner.paused.has(kind), waiting: 0, running: 0, dead: 0 };
        kinds.set(kind, entry);
        return entry;
      };
      for (const kind of runner.kinds.keys()) of(kind);
      for (const { kind, state, count } of await reader.all(countJobs, {})) of(kind)[state] = count;
      return [...kinds.values()].sort((a, b) => a.kind.localeCompare(b.kind));
    },

    async countDead(reader: Reader): Promise<number> {
      return (await reader.get(countDeadJobs, {}))?.count ?? 0;
    },

    /** Gives a dead job all its attempts again, and runs a waiting one now. */
    retry(transaction: Transaction, id: string): JobSummary {
      const row = known(transaction, id);
      if (row.state === 'running') throw new Problem(jobProblems.job_running);
      const { kind, unique_key, payload } = row;
      const same = unique_key === null ? undefined : transaction.get(findJobByKey, { kind, unique_key });
      if (same !== undefined && same.id !== id) throw new Problem(jobProblems.job_superseded);
      const run_at = dueTimes.after(0);
      transaction.run(renewJob, { id, payload, run_at, delay_ms: 0 });
      transaction.afterCommit(() => runner.expect(kind, run_at));
      return summary(known(transaction, id));
    },

    /** Takes the job away, whatever its state; the result of a running one is thrown away. */
    discard(transaction: Transaction, id: string): void {
      known(transaction, id);
      transaction.run(deleteJob, { id });
      transaction.afterCommit(() => runner.revoke(id));
    },

    /** Nothing of this kind is begun until it is resumed, restarts of the appliance included. */
    pause: (transaction: Transaction, kind: string): void => pause(transaction, kind, true),
    resume: (transaction: Transaction, kind: string): void => pause(transaction, kind, false),
  };
}
