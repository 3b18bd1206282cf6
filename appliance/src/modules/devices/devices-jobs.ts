import { z } from 'zod';
import type { Transaction } from '../../platform/database/transaction.ts';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import type { CommandsService } from './commands-service.ts';

const commandOver = defineJobKind('device.command-over', z.object({ command_id: z.uuid() }));

/** Ends a command that nobody answered in time. */
export const commandOverJob = (commands: Pick<CommandsService, 'expire'>) =>
  defineJob({
    ...commandOver,
    maxAttempts: 5,
    write: (tx, { command_id }) => commands.expire(tx, command_id),
  });

/** A wait, not a moment: a command lives as long as it was given, whatever becomes of the wall clock. */
export const commandExpiry = (jobs: Pick<Jobs, 'enqueue' | 'cancel'>) => ({
  expireLater(tx: Transaction, commandId: string, delayMs: number): void {
    jobs.enqueue(tx, commandOver, { command_id: commandId }, { uniqueKey: commandId, delayMs });
  },
  expireNoMore(tx: Transaction, commandId: string): void {
    jobs.cancel(tx, commandOver, commandId);
  },
});
