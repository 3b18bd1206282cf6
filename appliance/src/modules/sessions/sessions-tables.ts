import type { NotComparable, SessionKept, SessionState, SessionWay } from '../../../contract/sessions.ts';
import {
  defineTable,
  flag,
  integer,
  moment,
  nullable,
  type RowOf,
  text,
} from '../../platform/database/table.ts';

/** One recording of one glove during a game. Its samples are a stream of the same id. */
export const gloveSessions = defineTable('glove_sessions', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    game_id: text('identifier'),
    player_id: text('identifier'),
    /** Device name; NULL for a phone. */
    glove: nullable(text('none')),
    hand: nullable(text<'left' | 'right'>('personal')),
    glove_class: text('none'),
    way: nullable(text<SessionWay>('none')),
    state: text<SessionState>('none'),
    calibration_id: nullable(text('identifier')),
    /** JSON of the calibration as it was when the session began. */
    calibration: nullable(text('personal')),
    /** Its glove sent curls that it had calibrated by itself. */
    device_calibrated: flag('none'),
    comparable: flag('none'),
    why_not: nullable(text<NotComparable>('none')),
    samples: integer('none'),
    lost: integer('none'),
    rejected: integer('none'),
    kept: text<SessionKept>('none'),
    started_at: moment('none'),
    ended_at: nullable(moment('none')),
    processed_at: nullable(moment('none')),
  },
});
export type SessionRow = RowOf<typeof gloveSessions>;
