import {
  defineTable,
  flag,
  integer,
  moment,
  nullable,
  type RowOf,
  text,
} from '../../platform/database/table.ts';

/** What a player queues for. */
export const attractions = defineTable('attractions', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    name: text('none'),
    ticket_letter: text('none'),
    paused: flag('none'),
    /** Most guests waiting at once; NULL = unlimited. */
    capacity: nullable(integer('none')),
    grace_seconds: integer('none'),
    /** How long a game waits for a rig that is gone. */
    reconnect_seconds: integer('none'),
    /** Length of a turn until enough have been measured. */
    assumed_play_seconds: integer('none'),
    /** Nobody is expected to be called before this moment ("+5 minutes for all"). */
    delayed_until: nullable(moment('none')),
    created_at: moment('none'),
  },
});
export type AttractionRow = RowOf<typeof attractions>;

/** One place to play an attraction. */
export const stations = defineTable('stations', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    name: text('none'),
    attraction: text('none'),
    device: nullable(text('none')),
    in_service: flag('none'),
    created_at: moment('none'),
  },
});
export type StationRow = RowOf<typeof stations>;
