import { z } from 'zod';
import { Id, Line, Moment } from './common.ts';
import { DeviceName, Presence } from './devices.ts';

/** How a glove reaches the venue. */
export const GloveWay = z.enum(['mqtt', 'serial', 'tcp']);
export type GloveWay = z.infer<typeof GloveWay>;

/** The format that it speaks. */
export const GloveWire = z.enum(['frame', 'alpha', 'legacy', 'csv5', 'csv9', 'csv15', 'csv30']);
export type GloveWire = z.infer<typeof GloveWire>;

export const Hand = z.enum(['left', 'right']);
export type Hand = z.infer<typeof Hand>;

/** Whose numbers a glove takes for force: LucidGloves’ firmware goes up to 1000, senseshift’s to 4095. */
export const FeedbackScale = z.enum(['lucidgloves', 'senseshift']);
export type FeedbackScale = z.infer<typeof FeedbackScale>;

/** What one value of a sample means: `physical = raw × scale + offset`. */
export const GloveChannel = z.object({
  name: Line(40),
  unit: Line(20),
  scale: z.number(),
  offset: z.number(),
});
export const GloveLayout = z.object({
  id: z.number().int().nullable().describe('as its frames carry it; null: it said none'),
  channels: z.array(GloveChannel).max(64),
});
export type GloveLayout = z.infer<typeof GloveLayout>;

const saidChannels = z
  .array(
    z.union([
      Line(40).min(1),
      z.looseObject({
        name: Line(40).min(1),
        unit: Line(20).optional().catch(undefined),
        scale: z.number().optional().catch(undefined),
        offset: z.number().optional().catch(undefined),
      }),
    ]),
  )
  .min(1)
  .max(64)
  .optional()
  .catch(undefined);
/** One for each channel, or one for all of them. */
const saidOfEach = <Value extends z.ZodType>(value: Value) =>
  z
    .union([value, z.array(value).max(64)])
    .optional()
    .catch(undefined);
const saidLayoutId = z.number().int().min(0).max(65_535).optional().catch(undefined);
/**
 * `…/glove/<id>/meta`, as far as it is understood: a field that does not fit is passed over, and so is what is not
 * named here, since firmware of many makers writes it. A channel is a name alone, or a name with unit and scale; these may
 * also stand in lists beside the channels.
 */
export const GloveMeta = z.object({
  layout_id: saidLayoutId,
  channels: saidChannels,
  layout: z.looseObject({ id: saidLayoutId, channels: saidChannels }).optional().catch(undefined),
  units: saidOfEach(Line(20)),
  scale: saidOfEach(z.number()),
  offset: saidOfEach(z.number()),
  hand: Hand.optional().catch(undefined),
  glove_class: Line(40).min(1).optional().catch(undefined),
  analog_max: z.number().int().min(1).max(65_535).optional().catch(undefined),
  rate_hz: z.number().min(1).max(10_000).optional().catch(undefined),
  firmware: Line(80).optional().catch(undefined),
});
export type GloveMeta = z.infer<typeof GloveMeta>;

/** How many of each code; codes that did not occur are not there. */
const byCode = z.record(z.string(), z.number().int());
const passedOver =
  'no sample, and no fault: what it says while it starts, a torn first line, talk, fingers that have not moved yet';

/**
 * `asleep`: it is connected and sends nothing. `waiting_for_host`: it sends fewer than five lines a second, as a glove
 * does that nobody answers. `refused`: it sends, and nothing of it is a sample; its rejections say why. `away`: there is
 * no connection.
 */
export const GloveCondition = z.enum([
  'streaming',
  'settling',
  'waiting_for_host',
  'refused',
  'asleep',
  'away',
]);
export type GloveCondition = z.infer<typeof GloveCondition>;

/**
 * What is made of the bytes of a serial line or a socket. `wrong_baud`: too many belong to no text. `no_lines`: no line
 * ends. `unknown`: lines of no format that we know.
 */
export const LineState = z.enum(['silent', 'listening', 'reading', 'wrong_baud', 'no_lines', 'unknown']);
export type LineState = z.infer<typeof LineState>;

/** What a glove sends, since the appliance started. Kept in memory. */
export const GloveHealth = z.object({
  condition: GloveCondition,
  samples_per_second: z.number().describe('over the last five seconds'),
  line: LineState.nullable().describe('what is made of its bytes; null: it is on no line'),
  frames_per_second: z.number().describe('frames, or lines where it speaks lines'),
  samples: z.number().int().describe('accepted'),
  lost: z.number().int().describe('samples that its numbering says were sent and did not arrive'),
  loss: z.number().min(0).max(1).describe('lost of those that were sent'),
  gaps: z.number().int(),
  duplicates: z.number().int().describe('frames of which every sample had come before'),
  rejected: z.number().int().describe('lines and frames'),
  rejected_by_code: byCode,
  passed_over: byCode.describe(passedOver),
  runs: z.number().int().describe('how often its numbering began anew'),
  clock_drift_ppm: z
    .number()
    .nullable()
    .describe('of its clock against the venue’s; null until it can be told'),
  settled: z
    .boolean()
    .describe('false while a glove that rescales itself has fingers that have not moved: it sends no sample'),
  last_sample_at: Moment.nullable(),
});
export type GloveHealth = z.infer<typeof GloveHealth>;

export const Glove = z.object({
  name: DeviceName,
  presence: Presence,
  battery: z.number().nullable().describe('0 empty … 1 full'),
  way: GloveWay.nullable().describe('on which it was last heard; null: never'),
  wire: GloveWire.nullable(),
  hand: Hand.nullable(),
  glove_class: z.string().nullable().describe('gloves of one class measure alike'),
  layout: GloveLayout.nullable(),
  analog_max: z.number().int().nullable().describe('largest raw value of a finger; null: that of its wire'),
  ffb_scale: FeedbackScale.nullable().describe('null: lucidgloves'),
  device_auto: z.boolean().describe('it rescales its fingers by itself: their range is not comparable'),
  device_auto_set: z.boolean().nullable().describe('as staff say; null: as its wire and its frames say'),
  firmware: z.string().nullable(),
  rate_hz: z.number().nullable().describe('as it says itself'),
  station_id: Id.nullable(),
  seen_at: Moment.nullable(),
  health: GloveHealth.nullable().describe('null: nothing came since the appliance started'),
});
export type Glove = z.infer<typeof Glove>;
export const GloveList = z.object({ items: z.array(Glove) });
export type GloveList = z.infer<typeof GloveList>;

export const GloveChange = z.strictObject({
  station_id: Id.nullable().optional(),
  hand: Hand.nullable().optional(),
  analog_max: z.number().int().min(1).max(65_535).nullable().optional(),
  ffb_scale: FeedbackScale.nullable().optional(),
  device_auto: z.boolean().nullable().optional().describe('null: as its wire and its frames say'),
});
export type GloveChange = z.input<typeof GloveChange>;

const share = z.number().min(0).max(1);
/** What the wearer is to feel. */
export const GloveFeedback = z
  .strictObject({
    force: z.tuple([share, share, share, share, share]).optional().describe('thumb first; 0 none … 1 most'),
    vibration: z
      .strictObject({
        frequency: share,
        duration: z.number().min(0).max(10).describe('seconds'),
        amplitude: share,
      })
      .optional(),
  })
  .refine(({ force, vibration }) => force !== undefined || vibration !== undefined, 'force or vibration');
export type GloveFeedback = z.infer<typeof GloveFeedback>;

/** What came in one format since the appliance started, from all gloves. */
export const WireCounts = z.object({
  accepted: z.number().int().describe('lines or frames that became samples'),
  rejected: z.number().int(),
  rejected_by_code: byCode,
  passed_over: byCode.describe(passedOver),
});
export type WireCounts = z.infer<typeof WireCounts>;
export const GloveCounts = z.object({
  wires: z.partialRecord(GloveWire, WireCounts),
  unknown: WireCounts.describe('before a format was recognised'),
  connections_cut: byCode.describe('TCP connections that were ended here, by reason'),
});
export type GloveCounts = z.infer<typeof GloveCounts>;
