import type { ChangeKind } from '../../../contract/notifications.ts';
import {
  defineTable,
  flag,
  integer,
  moment,
  nullable,
  type RowOf,
  text,
} from '../../platform/database/table.ts';

/** What a player is told, once. Rows are only ever added; one that is withdrawn loses its payload. */
export const playerEvents = defineTable('player_events', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    /** The order over the venue, shared with `player_changes`: see `nextSeq`. */
    seq: integer('none'),
    player_id: text('identifier'),
    type: text('none'),
    /** JSON of the members its type has; NULL when it was withdrawn. */
    payload: nullable(text('personal')),
    /** Names the occasion: a second event of the same is the first. */
    unique_key: text('identifier'),
    at: moment('none'),
  },
});
export type PlayerEventRow = RowOf<typeof playerEvents>;

/** The last change of each thing of a player's. */
export const playerChanges = defineTable('player_changes', {
  replication: 'replicated',
  key: ['player_id', 'kind', 'thing_id'],
  columns: {
    player_id: text('identifier'),
    kind: text<ChangeKind>('none'),
    thing_id: text('identifier'),
    seq: integer('none'),
    /** It is deleted, or erased. */
    gone: flag('none'),
  },
});
export type PlayerChangeRow = RowOf<typeof playerChanges>;

/** Up to which event each way of telling has come. */
export const toldEvents = defineTable('told_events', {
  replication: 'local',
  key: ['way'],
  columns: { way: text<'mqtt'>('none'), seq: integer('none') },
});
export type ToldRow = RowOf<typeof toldEvents>;
