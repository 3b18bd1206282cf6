import { z } from 'zod';
import { DeviceName } from './devices.ts';
import { Finger } from './glove-calibration.ts';

/** What a glove steers: a paddle, a bat, or nothing. */
export const SteeringMode = z.enum(['off', 'pong', 'derby']);
export type SteeringMode = z.infer<typeof SteeringMode>;

export const SteeringInput = z.strictObject({
  mode: SteeringMode,
  by: z
    .union([z.literal('hand'), Finger])
    .default('hand')
    .describe('what moves the paddle: the mean curl of all fingers, or one of them'),
});
export type SteeringInput = z.input<typeof SteeringInput>;
export const Steering = z.object({
  glove: DeviceName,
  mode: SteeringMode,
  by: z.union([z.literal('hand'), Finger]),
});
export type Steering = z.infer<typeof Steering>;

/** Microseconds since 1970 by the venue's clock. */
const VenueMicroseconds = z.number().int();

/** Where the paddle is: 0 with an open hand, 1 with a fist. */
export const PaddlePosition = z.object({
  type: z.literal('paddle'),
  n: z.number().int().describe('grows by one with each; a listener keeps the newest'),
  t_us: VenueMicroseconds.describe('of the newest sample that it is made of'),
  y: z.number().min(0).max(1),
});
export type PaddlePosition = z.infer<typeof PaddlePosition>;

/** One swing of a bat, told once. */
export const Swing = z.object({
  type: z.literal('swing'),
  n: z.number().int().describe('grows by one with each'),
  onset_us: VenueMicroseconds.describe('the hand turns faster than 3 rad/s'),
  impact_us: VenueMicroseconds.describe('it turns fastest'),
  peak: z.number().describe('rad/s, at the impact'),
  angle: z
    .number()
    .nullable()
    .describe('radians from the address pose to the impact; null without orientation'),
});
export type Swing = z.infer<typeof Swing>;

/** How many samples the glove is to put in one frame: few while it steers. */
export const BatchRequest = z.object({ type: z.literal('batch'), samples: z.number().int().min(1).max(100) });
export type BatchRequest = z.infer<typeof BatchRequest>;

/** Force on each finger, 0 none … 1 most, thumb first. */
export const ForceFeedback = z.object({
  type: z.literal('force'),
  force: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]),
});
export type ForceFeedback = z.infer<typeof ForceFeedback>;

/** A shake that the wearer feels: frequency and amplitude 0..1 of what the motor can, duration in seconds. */
export const Vibration = z.object({
  type: z.literal('vibration'),
  frequency: z.number(),
  duration: z.number(),
  amplitude: z.number(),
});
export type Vibration = z.infer<typeof Vibration>;

/** `…/glove/<id>/control`: to the glove, and to whoever shows what it steers. */
export const GloveControlPayload = z.discriminatedUnion('type', [
  PaddlePosition,
  Swing,
  BatchRequest,
  ForceFeedback,
  Vibration,
]);
export type GloveControlPayload = z.infer<typeof GloveControlPayload>;
