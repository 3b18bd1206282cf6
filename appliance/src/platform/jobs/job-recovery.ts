import type { Transaction } from '../database/transaction.ts';
import type { RunnableJob } from './job.ts';
import { type OutcomeOptions, recordFailure } from './job-outcome.ts';
import { findRunningJobs, returnClaimedJob } from './jobs-store.ts';

/** The process died in the middle of the job, perhaps of the job. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * A row that runs at start belongs to a process that is gone. Its attempt counts, because it may be what killed the
 * process; a job that was interrupted once is tried again at once, after that with a growing wait.
 */
export function recoverInterruptedJobs(
  transaction: Transaction,
  kinds: ReadonlyMap<string, RunnableJob>,
  options: OutcomeOptions,
): void {
  for (const row of transaction.all(findRunningJobs, {})) {
    const handler = kinds.get(row.kind)?.handler;
    if (handler === undefined) transaction.run(returnClaimedJob, row);
    else {
      const random = row.attempts === 1 ? () => 0 : options.random;
      recordFailure(
        transaction,
        row,
        handler,
        { ...options, random },
        new Interrupted('the appliance stopped'),
      );
    }
  }
}
