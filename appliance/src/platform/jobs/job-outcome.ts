import type { Logger } from 'pino';
import { isStorageFailure } from '../database/storage-problems.ts';
import type { Transaction } from '../database/transaction.ts';
import { describeError } from '../describe-error.ts';
import { backoffMs } from './backoff.ts';
import type { DueTimes } from './due-times.ts';
import { GiveUp } from './failure.ts';
import type { Handler, JobWrite } from './job.ts';
import { buryClaimedJob, postponeClaimedJob, removeClaimedJob } from './jobs-store.ts';
import type { JobRow } from './jobs-tables.ts';

/** How an attempt ended. `discarded`: its result came too late, the job is not this attempt's any more. */
export type Outcome = 'done' | 'retry' | 'dead' | 'discarded';

export interface OutcomeOptions {
  readonly dueTimes: DueTimes;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Removes a claimed job and makes its effect, both or neither. */
export function completeJob(
  transaction: Transaction,
  row: JobRow,
  handler: Handler,
  options: OutcomeOptions,
  write: JobWrite,
): Outcome {
  try {
    return transaction.attempt(() => {
      if (transaction.run(removeClaimedJob, row) === 0) return 'discarded';
      write(transaction);
      return 'done';
    });
  } catch (error) {
    // The disk's failure is not the job's: the attempt does not count.
    if (isStorageFailure(error)) throw error;
    return recordFailure(transaction, row, handler, options, error);
  }
}

/** Puts a claimed job back for a later attempt, or among the dead after the last one. */
export function recordFailure(
  transaction: Transaction,
  row: JobRow,
  handler: Handler,
  options: OutcomeOptions,
  error: unknown,
): Outcome {
  const last_error = describeError(error, row.payload);
  const report = { job_id: row.id, kind: row.kind, attempt: row.attempts, failure: last_error };
  if (error instanceof GiveUp || row.attempts >= handler.maxAttempts) {
    if (transaction.run(buryClaimedJob, { id: row.id, lease: row.lease, last_error }) === 0)
      return 'discarded';
    transaction.afterCommit(() => options.logger.error(report, 'job is dead'));
    announceDeath(transaction, row, handler, error, options.logger);
    return 'dead';
  }
  const delay_ms = backoffMs(handler.backoff, row.attempts, options.random);
  const run_at = options.dueTimes.after(delay_ms);
  const { id, lease } = row;
  if (transaction.run(postponeClaimedJob, { id, lease, run_at, delay_ms, last_error }) === 0)
    return 'discarded';
  transaction.afterCommit(() => options.logger.warn(report, 'job failed and will be tried again'));
  return 'retry';
}

function announceDeath(
  transaction: Transaction,
  row: JobRow,
  handler: Handler,
  cause: unknown,
  logger: Logger,
): void {
  try {
    transaction.attempt(() => handler.died(transaction, row.payload, cause));
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    logger.error({ err: error, job_id: row.id, kind: row.kind }, 'the death of a job could not be announced');
  }
}
