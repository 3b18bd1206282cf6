import { z } from 'zod';
import { Id, Line, Moment } from './common.ts';

export const DeviceKind = z.enum(['tablet', 'rig', 'glove', 'board', 'modem', 'screen']);
export type DeviceKind = z.infer<typeof DeviceKind>;

/** A device's name is its MQTT username, the `<id>` of its topics and the prefix of its client ids. */
export const DeviceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{1,40}$/u, 'lower-case letters, digits, _ and -');

export const Presence = z.enum(['online', 'idle', 'busy', 'offline', 'unknown']);
export type Presence = z.infer<typeof Presence>;

export const Device = z.object({
  id: Id,
  name: DeviceName,
  kind: DeviceKind,
  presence: Presence,
  presence_at: Moment.nullable(),
  firmware: z.string().nullable(),
  battery: z.number().nullable().describe('0 empty … 1 full'),
  revoked: z.boolean(),
  created_at: Moment,
});
export type Device = z.infer<typeof Device>;
export const DeviceList = z.object({ items: z.array(Device) });
export type DeviceList = z.infer<typeof DeviceList>;

export const DeviceInput = z.strictObject({ name: DeviceName, kind: DeviceKind });
/** `secret` is shown this once; only its hash is kept. */
export const NewDevice = Device.extend({ secret: z.string() });

/** `…/<kind>/<id>/state`, retained; the last will writes `offline`. */
export const DeviceStatePayload = z.object({
  state: z.enum(['online', 'idle', 'busy', 'offline']),
  at: z.string().max(40).optional().describe('device time: evidence only'),
  firmware: Line(80).optional(),
  battery: z.number().min(0).max(1).optional(),
});
export type DeviceStatePayload = z.infer<typeof DeviceStatePayload>;

/** `…/<kind>/<id>/meta`, retained: what the device is. */
export const DeviceMetaPayload = z.looseObject({ firmware: Line(80).optional() });

/** `…/<kind>/<id>/command`. `expires_at` is venue time; a late command must be refused by the device. */
export const DeviceCommandPayload = z.object({
  command_id: Id,
  name: z.string(),
  args: z.record(z.string(), z.unknown()),
  expires_at: Moment,
});
export const DeviceReplyPayload = z.object({
  command_id: Id,
  ok: z.boolean(),
  code: z.string().max(80).optional(),
});
