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

/** How a device's clock stands beside the venue's. Device time is evidence only: nothing is decided by it. */
export const DeviceClock = z.object({
  offset_ms: z.number().describe('what must be added to the device’s time to have the venue’s'),
  source: z
    .enum(['measured', 'observed'])
    .describe('by the device over /api/time, or from how its messages arrive'),
  round_trip_ms: z
    .number()
    .nullable()
    .describe('of the device’s own measurement: it is no better than half of this'),
  is_off: z.boolean().describe('by more than two seconds'),
});
export type DeviceClock = z.infer<typeof DeviceClock>;

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
  clock: DeviceClock.nullable().describe('null until the device has told its time'),
  refused_count: z.number().int().describe('messages and subscriptions refused since staff last cleared it'),
  last_refused_at: Moment.nullable(),
  last_refused_reason: z.string().nullable(),
});
export type Device = z.infer<typeof Device>;
export const DeviceList = z.object({ items: z.array(Device) });
export type DeviceList = z.infer<typeof DeviceList>;

export const DeviceInput = z.strictObject({ name: DeviceName, kind: DeviceKind });
/** `secret` is shown this once; only its hash is kept. */
export const NewDevice = Device.extend({ secret: z.string() });

/** Milliseconds a device measured by NTP's four stamps over `GET /api/time`; its clock plus this is venue time. */
const measuredClock = {
  clock_offset_ms: z
    .number()
    .min(-1e13)
    .max(1e13)
    .optional()
    .describe('what it found must be added to its clock'),
  clock_round_trip_ms: z.number().min(0).max(600_000).optional().describe('round trip of that measurement'),
};

/** `…/<kind>/<id>/state`, retained; the last will writes `offline`. */
export const DeviceStatePayload = z.object({
  state: z.enum(['online', 'idle', 'busy', 'offline']),
  at: z.string().max(40).optional().describe('device time: evidence only'),
  firmware: Line(80).optional(),
  battery: z.number().min(0).max(1).optional(),
  game_id: Id.nullable()
    .optional()
    .describe('of a rig: the game it plays now, null for none; left out, nothing is said of it'),
  ...measuredClock,
});
export type DeviceStatePayload = z.infer<typeof DeviceStatePayload>;

/** `…/<kind>/<id>/meta`, retained: what the device is. */
export const DeviceMetaPayload = z.looseObject({ firmware: Line(80).optional(), ...measuredClock });
export type DeviceMetaPayload = z.infer<typeof DeviceMetaPayload>;

/**
 * What can be asked of a device. `load_game` and `clear_game` are the appliance's own: which guest plays next at the
 * rig, and that a game is not the rig's any more.
 */
export const commandNames = [
  'load_game',
  'clear_game',
  'abort_game',
  'identify',
  'restart',
  'chime',
  'reload',
] as const;
export const CommandName = z.enum(commandNames);
export type CommandName = z.infer<typeof CommandName>;

/** `pending`: not sent, the device is away. `sent`: out, not answered. `withdrawn`: taken back before an answer. */
export const CommandState = z.enum(['pending', 'sent', 'done', 'refused', 'expired', 'withdrawn']);
export type CommandState = z.infer<typeof CommandState>;

const argument = z.union([Line(200), z.number(), z.boolean(), z.null()]);
export const CommandArgs = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/u), argument);
export type CommandArgs = z.infer<typeof CommandArgs>;

export const CommandInput = z.strictObject({
  name: CommandName.exclude(['load_game', 'clear_game']),
  args: CommandArgs.refine((args) => Object.keys(args).length <= 20, 'at most 20').default({}),
  ttl_seconds: z.number().int().min(1).max(86_400).default(30).describe('after this it is pointless'),
});
export type CommandInput = z.input<typeof CommandInput>;

export const DeviceCommand = z.object({
  id: Id,
  device: DeviceName,
  name: CommandName,
  args: CommandArgs,
  state: CommandState,
  code: z.string().nullable().describe('why the device refused'),
  created_by: z.string(),
  created_at: Moment,
  expires_at: Moment,
  sent_at: Moment.nullable(),
  ended_at: Moment.nullable().describe('answered, expired or withdrawn'),
});
export type DeviceCommand = z.infer<typeof DeviceCommand>;
export const DeviceCommandList = z.object({ items: z.array(DeviceCommand) });

/** `…/<kind>/<id>/command`. `expires_at` is venue time; a late command must be refused by the device. */
export const DeviceCommandPayload = z.object({
  command_id: Id,
  name: CommandName,
  args: CommandArgs,
  expires_at: Moment,
});
export type DeviceCommandPayload = z.infer<typeof DeviceCommandPayload>;
export const DeviceReplyPayload = z.object({
  command_id: Id,
  ok: z.boolean(),
  code: Line(80).optional(),
});
export type DeviceReplyPayload = z.infer<typeof DeviceReplyPayload>;

/** Stamps for a device that measures its clock: `t1` the request arrived, `t2` the answer left. */
export const VenueTime = z.object({
  t1: z.number().describe('epoch milliseconds'),
  t2: z.number().describe('epoch milliseconds'),
});
