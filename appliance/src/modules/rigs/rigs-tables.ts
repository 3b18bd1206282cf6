import type { RigEventOutcome } from '../../../contract/rigs.ts';
import { defineTable, integer, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

/**
 * What a rig told of a game, once for each `(device, run, seq)`, and what came of it. Rows are
 * only ever added. What contradicts the first of its number is kept beside it, with the code `seq_used_twice`.
 */
export const rigEvents = defineTable('rig_events', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    device: text('none'),
    /** One life of the rig's spool. */
    run: text('none'),
    seq: integer('none'),
    game_id: text('identifier'),
    type: text('none'),
    /** JSON of what the event says beside its stamps. */
    data: text('personal'),
    /** Microseconds since 1970 by the device's clock: evidence only. */
    device_at_us: integer('none'),
    /** The same moment by the venue's clock, as well as the device's offset was known. */
    venue_at: moment('none'),
    received_at: moment('none'),
    outcome: text<RigEventOutcome>('none'),
    /** Why it was not applied. */
    code: nullable(text('none')),
  },
});
export type RigEventRow = RowOf<typeof rigEvents>;

/** The guest a rig was told of as its next. */
export const rigLoads = defineTable('rig_loads', {
  replication: 'replicated',
  key: ['device'],
  columns: { device: text('none'), game_id: text('identifier'), command_id: text('none') },
});
export type RigLoadRow = RowOf<typeof rigLoads>;
