import { z } from 'zod';
import { Id, Moment } from './common.ts';
import { DeviceName } from './devices.ts';
import { fingers } from './glove-frame.ts';

export const Finger = z.enum(fingers);

/** What is to be learnt: a whole calibration, or how far an open hand has moved away from the one that is kept. */
export const CalibrationKind = z.enum(['full', 'check']);
export type CalibrationKind = z.infer<typeof CalibrationKind>;

/** In this order; a check has `raw`, `hold_open` and `finished` alone. `hold_spread` is for gloves that measure it. */
export const CalibrationPhase = z.enum([
  'raw',
  'move_fingers',
  'hold_open',
  'hold_fist',
  'hold_thumb_across',
  'hold_spread',
  'await_confirm',
  'finished',
  'cancelled',
  'failed',
]);
export type CalibrationPhase = z.infer<typeof CalibrationPhase>;

export const GuidanceCode = z.enum([
  'wait_for_glove',
  'open_and_close',
  'finger_did_not_move',
  'open_wider',
  'close_tighter',
  'thumb_across_palm',
  'spread_fingers',
  'hold_still',
  'keep_holding',
  'look_at_result',
]);
export type GuidanceCode = z.infer<typeof GuidanceCode>;

export const Guidance = z.object({
  code: GuidanceCode,
  finger: Finger.nullable().describe('of whom it speaks; null: of the whole hand'),
});
export type Guidance = z.infer<typeof Guidance>;

export const CalibrationQuality = z.enum(['good', 'usable', 'poor']);
export type CalibrationQuality = z.infer<typeof CalibrationQuality>;

export const QualityReason = z.enum([
  'did_not_move',
  'range_too_small',
  'open_not_steady',
  'fist_not_steady',
  'not_fully_closed',
  'few_fingers',
]);
export type QualityReason = z.infer<typeof QualityReason>;

export const ChannelCalibration = z.object({
  lo: z.number().describe('reading of the open hand, in the unit of the channel'),
  hi: z.number().describe('reading of the closed hand; below `lo` where a sensor is wired backwards'),
  quality: CalibrationQuality.describe('poor: what this channel says is not to be relied on'),
  reasons: z.array(QualityReason),
});
export type ChannelCalibration = z.infer<typeof ChannelCalibration>;

const vector = z.tuple([z.number(), z.number(), z.number()]);

export const CalibrationResult = z.object({
  channels: z.record(z.string(), ChannelCalibration),
  gyro_bias: vector.nullable().describe('rad/s, of a second at rest; null: there was none, or no gyroscope'),
  pose: z
    .tuple([z.number(), z.number(), z.number(), z.number()])
    .nullable()
    .describe('w, x, y, z of the open hand, to which orientation is relative'),
  quality: CalibrationQuality,
  reasons: z.array(QualityReason),
});
export type CalibrationResult = z.infer<typeof CalibrationResult>;

export const Drift = z.object({
  drifted: z.boolean().describe('beyond a tenth of a finger’s range: range of motion is not comparable'),
  fingers: z.partialRecord(Finger, z.number()).describe('(lo now − lo) / (hi − lo)'),
});
export type Drift = z.infer<typeof Drift>;

/** A calibration that somebody confirmed, or that was good enough to confirm itself. */
export const GloveCalibration = CalibrationResult.extend({
  id: Id,
  glove: DeviceName,
  player_id: Id.nullable().describe('null: of whoever wears the glove'),
  hand: z.enum(['left', 'right']).nullable(),
  method: z.literal('guided'),
  at: Moment,
  drift: Drift.nullable().describe('of the newest check; null: not checked'),
  checked_at: Moment.nullable(),
});
export type GloveCalibration = z.infer<typeof GloveCalibration>;
export const GloveCalibrationList = z.object({ items: z.array(GloveCalibration) });

export const CalibrationFailure = z.enum([
  'timed_out',
  'glove_away',
  'glove_changed',
  'glove_calibrates_itself',
  'nothing_to_calibrate',
]);
export type CalibrationFailure = z.infer<typeof CalibrationFailure>;

export const CalibrationAction = z.enum(['confirm', 'retry', 'cancel', 'skip', 'save_travel']);
export type CalibrationAction = z.infer<typeof CalibrationAction>;

export const CalibrationInput = z
  .strictObject({
    kind: CalibrationKind.default('full'),
    player_id: Id.optional(),
    game_id: Id.optional().describe('in place of the player: whose game it is'),
  })
  .refine(({ player_id, game_id }) => player_id === undefined || game_id === undefined, {
    message: 'either a player or a game',
    path: ['game_id'],
  });
export type CalibrationInput = z.input<typeof CalibrationInput>;

/** A running calibration, as the screen beside the glove shows it. */
export const CalibrationProgress = z.object({
  id: Id,
  glove: DeviceName,
  kind: CalibrationKind,
  player_id: Id.nullable(),
  phase: CalibrationPhase,
  phases: z.array(CalibrationPhase).describe('those that this glove has, in order'),
  progress: z.number().min(0).max(1).describe('of this phase'),
  guidance: z.array(Guidance).describe('the first is what matters most'),
  failure: CalibrationFailure.nullable(),
  failed_in: CalibrationPhase.nullable().describe('the phase that `retry` begins again'),
  allowed: z.array(CalibrationAction),
  confirms_itself_in_ms: z
    .number()
    .nullable()
    .describe('a good result is confirmed by nobody after this; null: a person must'),
  fingers: z.array(
    z.object({
      finger: Finger,
      value: z.number().describe('newest reading, in the unit of the channel'),
      low: z.number().describe('where its bar begins: the least that was read, or the open hand'),
      high: z.number().describe('where its bar ends'),
      position: z.number().describe('of `value` on the bar: 0 open … 1 closed; may leave it'),
      moved: z.boolean().describe('far enough to be calibrated'),
    }),
  ),
  result: CalibrationResult.nullable(),
  drift: Drift.nullable().describe('of a check'),
});
export type CalibrationProgress = z.infer<typeof CalibrationProgress>;
