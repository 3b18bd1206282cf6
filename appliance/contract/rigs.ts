import { z } from 'zod';
import { Id, Line, Moment, pageOf, pageQuery } from './common.ts';
import { DeviceName } from './devices.ts';
import { CompleteInput } from './games.ts';

/** What happens to a game: these move it. Every other type is the game's own affair and is kept with it. */
export const lifeEvents = ['started', 'progress', 'completed', 'aborted'] as const;
export type LifeEvent = (typeof lifeEvents)[number];

export const GameResult = CompleteInput.omit({ reason: true });
export type GameResult = z.infer<typeof GameResult>;

const stamps = {
  run: z
    .string()
    .regex(/^[0-9A-Za-z][0-9A-Za-z-]{7,39}$/u)
    .describe('one life of the spool: random, made anew when the spool is new or was lost'),
  seq: z.int().min(0).describe('counts in a run; a replay has the same'),
  game_id: Id,
  t_us: z.int().min(0).describe('device time, microseconds since 1970: evidence only'),
};
const value = z.union([Line(200), z.number(), z.boolean(), z.null()]);
const anyType = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/u);
const isLifeEvent = (type: string): boolean => lifeEvents.some((name) => name === type);

/** `…/rig/<id>/event`, QoS 1: spooled by the rig, replayed as it was, applied once. */
export const RigEventPayload = z.union([
  z.object({ ...stamps, type: z.literal('started') }),
  z.object({ ...stamps, type: z.literal('progress'), score: z.int().min(0).max(1_000_000_000) }),
  z.object({ ...stamps, type: z.literal('completed'), result: GameResult }),
  z.object({ ...stamps, type: z.literal('aborted'), reason: Line(200).optional() }),
  z.object({
    ...stamps,
    type: anyType.refine((type) => !isLifeEvent(type), 'does not have what its type needs'),
    data: z.record(z.string().max(40), value).optional().describe('of the game: speed, angle, place'),
  }),
]);
export type RigEventPayload = z.infer<typeof RigEventPayload>;

/**
 * `applied`: the game is as the event says. `late`: something later has moved the game on. `conflict`: it contradicts
 * what is known, and somebody should look. `ignored`: there is nothing it could apply to.
 */
export const RigEventOutcome = z.enum(['applied', 'late', 'conflict', 'ignored']);
export type RigEventOutcome = z.infer<typeof RigEventOutcome>;

export const RigEvent = z.object({
  id: Id,
  device: DeviceName,
  run: z.string(),
  seq: z.int(),
  game_id: Id,
  type: z.string(),
  data: z.record(z.string(), z.unknown()).describe('what the event said beside its stamps'),
  device_at: Moment.nullable().describe('by the device’s clock; null when that is no date'),
  venue_at: Moment.describe('by the venue’s clock, as well as the device’s offset is known'),
  received_at: Moment,
  outcome: RigEventOutcome,
  code: z.string().nullable().describe('why it was not applied'),
});
export type RigEvent = z.infer<typeof RigEvent>;

export const RigEventQuery = z.object({
  game_id: Id.optional(),
  device: DeviceName.optional(),
  outcome: RigEventOutcome.optional(),
  ...pageQuery,
});
export const RigEventPage = pageOf(RigEvent);
export type RigEventPage = z.infer<typeof RigEventPage>;
