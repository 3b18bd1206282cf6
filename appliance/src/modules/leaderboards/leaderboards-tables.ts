import { defineTable, moment, type RowOf, text } from '../../platform/database/table.ts';

/** A span of time with a leaderboard of its own: a show, a sponsor's hour, a qualifier. */
export const eventWindows = defineTable('event_windows', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    name: text('none'),
    attraction: text('none'),
    starts_at: moment('none'),
    ends_at: moment('none'),
    created_at: moment('none'),
  },
});
export type EventWindowRow = RowOf<typeof eventWindows>;
