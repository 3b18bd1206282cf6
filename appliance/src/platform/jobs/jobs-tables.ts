import { defineTable, flag, integer, moment, nullable, type RowOf, text } from '../database/table.ts';

export type JobState = 'waiting' | 'running' | 'dead';

/** Work that is still to be done. A job that is done is a row that is gone. */
export const jobs = defineTable('jobs', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    kind: text('none'),
    /** At most one job of a kind with this key waits or runs. */
    unique_key: nullable(text('identifier')),
    payload: text('personal'),
    state: text<JobState>('none'),
    /** Attempts begun since it was enqueued, or since staff asked for a retry. */
    attempts: integer('none'),
    /** Counts the claims. A result is only taken from the holder of the current one. */
    lease: integer('none'),
    run_at: moment('none'),
    /** Set when the job waits for so long rather than until a time of day: then `run_at` follows a stepped clock. */
    delay_ms: nullable(integer('none')),
    last_error: nullable(text('personal')),
    created_at: moment('none'),
  },
});
export type JobRow = RowOf<typeof jobs>;

/** What staff decided about a kind of job. */
export const jobKinds = defineTable('job_kinds', {
  replication: 'replicated',
  key: ['kind'],
  columns: { kind: text('none'), paused: flag('none') },
});
export type JobKindRow = RowOf<typeof jobKinds>;

export const jobsTables = [jobs, jobKinds];
