import { defineTable, integer, moment } from '../database/table.ts';

/** One row: the last moment at which the appliance is known to have stored something. */
export const pulse = defineTable('pulse', {
  replication: 'local',
  key: ['id'],
  columns: { id: integer<1>('none'), beat_at: moment('none') },
});
