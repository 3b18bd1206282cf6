import { z } from 'zod';
import { Moment, pageOf, pageQuery } from './common.ts';

export const JobState = z.enum(['waiting', 'running', 'dead']);
export type JobState = z.infer<typeof JobState>;
export const Job = z.object({
  id: z.string(),
  kind: z.string(),
  state: JobState,
  attempts: z.number().int(),
  max_attempts: z.number().int(),
  run_at: Moment,
  last_error: z.string().nullable(),
  created_at: Moment,
});
export type Job = z.infer<typeof Job>;
export const JobQuery = z.object({
  state: JobState.optional(),
  kind: z.string().max(80).optional(),
  ...pageQuery,
});
export const JobPage = pageOf(Job);
export type JobPage = z.infer<typeof JobPage>;
export const JobKind = z.object({
  kind: z.string(),
  paused: z.boolean(),
  waiting: z.number(),
  running: z.number(),
  dead: z.number(),
});
export const JobKindList = z.object({ items: z.array(JobKind) });

export const Alive = z.object({ alive: z.literal(true) });

export const Readiness = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), reason: z.string().optional() })),
});
