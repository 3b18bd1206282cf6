import { type Placeholders, queriesOver } from '../database/query.ts';
import type { ScheduleRow } from './schedules-tables.ts';

const query = queriesOver<{ schedules: ScheduleRow }>();

export const findSchedules = query((db) => db.selectFrom('schedules').selectAll().orderBy('name'));

export const runStarted = query((db, p: Placeholders<{ name: string; last_started_at: number }>) =>
  db
    .insertInto('schedules')
    .values({
      name: p.name,
      last_started_at: p.last_started_at,
      last_finished_at: null,
      last_result: null,
      last_error: null,
    })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        last_started_at: p.last_started_at,
        last_finished_at: null,
        last_result: null,
        last_error: null,
      }),
    ),
);

export const runFinished = query((db, p: Placeholders<Omit<ScheduleRow, 'last_started_at'>>) =>
  db
    .updateTable('schedules')
    .set({ last_finished_at: p.last_finished_at, last_result: p.last_result, last_error: p.last_error })
    .where('name', '=', p.name),
);
