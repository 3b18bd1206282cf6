import { defineTable, moment, type RowOf, text } from '../../platform/database/table.ts';

/** Whose data this is. One row, written when the data directory is new and never changed. */
export const site = defineTable('site', {
  replication: 'replicated',
  key: ['id'],
  columns: { id: text('none'), profile: text('none'), created_at: moment('none') },
});
export type SiteRow = RowOf<typeof site>;
