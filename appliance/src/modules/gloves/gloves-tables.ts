import type { FeedbackScale, GloveWay, Hand } from '../../../contract/gloves.ts';
import {
  defineTable,
  flag,
  integer,
  moment,
  nullable,
  type RowOf,
  real,
  text,
} from '../../platform/database/table.ts';

/** A glove as it is known when it sleeps. What it says of itself stands here until it says otherwise. */
export const gloves = defineTable('gloves', {
  replication: 'replicated',
  key: ['name'],
  columns: {
    /** Of its device. */
    name: text('none'),
    /** The way on which it was last heard. */
    way: nullable(text<GloveWay>('none')),
    /** The format in which it was last heard. */
    wire: nullable(text('none')),
    hand: nullable(text<Hand>('none')),
    /** Gloves of one class measure alike. */
    glove_class: nullable(text('none')),
    /** JSON of a layout: which channels, in which units and scale. */
    layout: nullable(text('none')),
    /** The largest raw value of a finger. */
    analog_max: nullable(integer('none')),
    /** Whose numbers it takes for force. */
    ffb_scale: nullable(text<FeedbackScale>('none')),
    /** Whether it rescales itself, as staff say; NULL = as its wire usually does. */
    device_auto: nullable(flag('none')),
    firmware: nullable(text('none')),
    rate_hz: nullable(real('none')),
    station_id: nullable(text('none')),
    created_at: moment('none'),
    seen_at: nullable(moment('none')),
  },
});
export type GloveRow = RowOf<typeof gloves>;

/** The readings of an open and of a closed hand: of one player, or of whoever wears the glove. */
export const gloveCalibrations = defineTable('glove_calibrations', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    glove: text('none'),
    player_id: nullable(text('identifier')),
    hand: nullable(text<Hand>('none')),
    method: text('none'),
    /** JSON: reading of the open hand, per channel. */
    lo: text('personal'),
    /** JSON: reading of the closed hand, per channel. */
    hi: text('personal'),
    /** JSON: how good it is, as a whole and per channel, with reasons. */
    quality: text('personal'),
    /** JSON: the hand at rest, by which turning and orientation are measured. */
    rest: text('personal'),
    drifted: flag('none'),
    /** JSON: what the newest check found. */
    drift: nullable(text('personal')),
    checked_at: nullable(moment('none')),
    at: moment('none'),
  },
});
export type GloveCalibrationRow = RowOf<typeof gloveCalibrations>;
