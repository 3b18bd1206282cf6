import { defineTable, moment, nullable, type RowOf, text } from '../database/table.ts';

export type ScheduleResult = 'done' | 'failed';

/** The last run of each schedule. A run without an end is going on, or its process did not survive it. */
export const schedules = defineTable('schedules', {
  replication: 'local',
  key: ['name'],
  columns: {
    name: text('none'),
    last_started_at: moment('none'),
    last_finished_at: nullable(moment('none')),
    last_result: nullable(text<ScheduleResult>('none')),
    last_error: nullable(text('none')),
  },
});
export type ScheduleRow = RowOf<typeof schedules>;
