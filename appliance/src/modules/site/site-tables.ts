import { defineTable, integer, moment, type RowOf, text } from '../../platform/database/table.ts';

/**
 * Whose data this is, and what a copy needs to read it as the venue does. One row, written when the data directory is
 * new; `id` and `profile` never change, the rest follows the configuration.
 */
export const site = defineTable('site', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    profile: text('none'),
    created_at: moment('none'),
    name: text('none'),
    timezone: text('none'),
    /** Local hour at which an event day begins. */
    day_starts_at: integer('none'),
  },
});
export type SiteRow = RowOf<typeof site>;
