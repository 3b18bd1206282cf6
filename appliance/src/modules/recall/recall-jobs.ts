import { z } from 'zod';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import type { RecallService } from './recall-service.ts';

export const climbLadder = defineJobKind(
  'recall.climb',
  z.object({ game_id: z.uuid(), share: z.number(), grace_ms: z.number() }),
);

/** Looks for a called guest more loudly when a share of the grace is over. */
export const climbLadderJob = (recall: RecallService) =>
  defineJob({ ...climbLadder, maxAttempts: 5, priority: 'high', write: recall.climb });
