import type { CommandName, CommandState, DeviceKind, Presence } from '../../../contract/devices.ts';
import {
  defineTable,
  integer,
  moment,
  nullable,
  type RowOf,
  real,
  text,
} from '../../platform/database/table.ts';

/** A tablet, rig, glove, board, modem or screen of this venue. Its secret is the password of its user. */
export const devices = defineTable('devices', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    name: text('none'),
    kind: text<DeviceKind>('none'),
    user_id: text('none'),
    created_at: moment('none'),
    revoked_at: nullable(moment('none')),
    /** Messages and subscriptions that were refused since staff last cleared the marks. */
    refused_count: integer('none'),
    last_refused_at: nullable(moment('none')),
    last_refused_reason: nullable(text('none')),
  },
});
export type DeviceRow = RowOf<typeof devices>;

/** What a device last said of itself, or its last will said for it. */
export const devicePresence = defineTable('device_presence', {
  replication: 'replicated',
  key: ['device'],
  columns: {
    device: text('none'),
    presence: text<Presence>('none'),
    at: moment('none'),
    firmware: nullable(text('none')),
    battery: nullable(real('none')),
    /** Milliseconds to add to the device's clock, as it measured over `/api/time`. */
    clock_measured_ms: nullable(real('none')),
    clock_round_trip_ms: nullable(real('none')),
    /** The same, as its messages arrive. */
    clock_observed_ms: nullable(real('none')),
  },
});
export type DevicePresenceRow = RowOf<typeof devicePresence>;

/** What the appliance asked of a device, and what became of it. */
export const deviceCommands = defineTable('device_commands', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    device: text('none'),
    name: text<CommandName>('none'),
    /** JSON. A rig is told the name of its next guest. */
    args: text('personal'),
    state: text<CommandState>('none'),
    /** Why the device refused. */
    code: nullable(text('none')),
    created_by: text('personal'),
    created_at: moment('none'),
    expires_at: moment('none'),
    /** When it was last sent. */
    sent_at: nullable(moment('none')),
    /** When it was answered, expired or was withdrawn. */
    ended_at: nullable(moment('none')),
  },
});
export type DeviceCommandRow = RowOf<typeof deviceCommands>;
