import type { DeviceKind, Presence } from '../../../contract/devices.ts';
import { defineTable, moment, nullable, type RowOf, real, text } from '../../platform/database/table.ts';

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
  },
});
export type DevicePresenceRow = RowOf<typeof devicePresence>;
