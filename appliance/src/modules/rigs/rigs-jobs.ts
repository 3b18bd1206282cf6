import { z } from 'zod';
import type { Transaction } from '../../platform/database/transaction.ts';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import type { InterruptionsService } from './interruptions-service.ts';

const windowOver = defineJobKind('rig.window-over', z.object({ game_id: z.uuid() }));
const notBack = defineJobKind('rig.not-back', z.object({ device: z.string() }));

const settings = { maxAttempts: 5, priority: 'high' } as const;

export const interruptionJobs = ({ giveUp, missed }: Pick<InterruptionsService, 'giveUp' | 'missed'>) => [
  defineJob({ ...windowOver, ...settings, write: (tx, { game_id }) => giveUp(tx, game_id) }),
  defineJob({ ...notBack, ...settings, write: (tx, { device }) => missed(tx, device) }),
];

/** Waits, not moments: whoever sets the wall clock takes nothing from a rig, and gives it nothing. */
export const interruptionWaits = (jobs: Pick<Jobs, 'reschedule' | 'cancel'>) => ({
  giveUpLater(tx: Transaction, game_id: string, delayMs: number): void {
    jobs.reschedule(tx, windowOver, { game_id }, { uniqueKey: game_id, delayMs });
  },
  giveUpNever(tx: Transaction, gameId: string): void {
    jobs.cancel(tx, windowOver, gameId);
  },
  lookLater(tx: Transaction, device: string, delayMs: number): void {
    jobs.reschedule(tx, notBack, { device }, { uniqueKey: device, delayMs });
  },
});
