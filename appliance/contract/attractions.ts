import { z } from 'zod';
import { Id, Moment, Name, Slug } from './common.ts';
import { DeviceName } from './devices.ts';
import { GameNotice } from './games.ts';

/**
 * How long a guest who joins now would wait. A range, slightly pessimistic. `null` for both ends means nobody
 * can say: no station of this attraction is present.
 */
export const WaitEstimate = z.object({
  low_seconds: z.number().int().nonnegative().nullable(),
  high_seconds: z.number().int().nonnegative().nullable(),
  basis: z.enum(['measured', 'assumed', 'no_station']).describe('where the service time comes from'),
});
export type WaitEstimate = z.infer<typeof WaitEstimate>;

export const Station = z.object({
  id: Id,
  name: z.string().describe('rig 3, table 1, seat 7'),
  attraction: Slug,
  device: z.string().nullable().describe('device name of the rig that stands here'),
  in_service: z.boolean().describe('false when staff took it out of service'),
  presence: z.enum(['online', 'idle', 'busy', 'offline', 'unknown']),
  game_id: Id.nullable().describe('who is confirmed or playing here'),
  interrupted_until: Moment.nullable().describe('of the game that is played here'),
  notice: GameNotice.nullable().describe('of that game'),
});
export type Station = z.infer<typeof Station>;

export const StationInput = z.strictObject({
  name: Name,
  attraction: Slug,
  device: DeviceName.nullable().optional(),
});
export type StationInput = z.infer<typeof StationInput>;
export const StationChange = z.strictObject({
  name: Name.optional(),
  device: DeviceName.nullable().optional(),
  in_service: z.boolean().optional(),
});
export type StationChange = z.infer<typeof StationChange>;

export const Attraction = z.object({
  id: Slug,
  name: z.string(),
  paused: z.boolean().describe('sign-up and call-next are paused'),
  capacity: z.number().int().positive().nullable().describe('most guests waiting at once; null = unlimited'),
  grace_seconds: z.number().int().positive().describe('how long a called guest may take to come'),
  reconnect_seconds: z.number().int().positive().describe('how long a game waits for a rig that is gone'),
  waiting: z.number().int().nonnegative().describe('games queued now'),
  estimate: WaitEstimate,
});
export type Attraction = z.infer<typeof Attraction>;

export const AttractionChange = z.strictObject({
  paused: z.boolean().optional(),
  capacity: z.number().int().positive().max(100_000).nullable().optional(),
  grace_seconds: z.number().int().min(10).max(86_400).optional(),
  reconnect_seconds: z.number().int().min(5).max(3_600).optional(),
});
export type AttractionChange = z.infer<typeof AttractionChange>;

/** What staff set, without what follows from the floor. */
export const AttractionSettings = Attraction.pick({
  id: true,
  name: true,
  paused: true,
  capacity: true,
  grace_seconds: true,
  reconnect_seconds: true,
});
export const StationSettings = Station.pick({
  id: true,
  name: true,
  attraction: true,
  device: true,
  in_service: true,
});

export const AttractionList = z.object({ items: z.array(Attraction) });
export type AttractionList = z.infer<typeof AttractionList>;
export const StationList = z.object({ items: z.array(Station) });
export type StationList = z.infer<typeof StationList>;
export const AttractionDelay = z.strictObject({ minutes: z.number().int().min(1).max(120) });
export type AttractionDelay = z.infer<typeof AttractionDelay>;
export const DelayedAttraction = z.object({ attraction: Slug, delayed_until: Moment });
export type DelayedAttraction = z.infer<typeof DelayedAttraction>;
