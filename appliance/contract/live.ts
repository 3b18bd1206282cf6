import { z } from 'zod';
import { Moment } from './common.ts';

/**
 * What a screen may follow. A live event says only that something changed; the screen reads the new state by GET.
 * `heartbeat` comes every five seconds so that a screen knows the difference between quiet and cut off.
 */
export const LiveTopic = z.enum([
  'queue',
  'stations',
  'messages',
  'leaderboard',
  'jobs',
  'attractions',
  'replies',
  'devices',
  'link',
  'gloves',
  'progress',
]);
export type LiveTopic = z.infer<typeof LiveTopic>;

export const LiveEvent = z.object({ topic: LiveTopic, version: z.number().int(), at: Moment });
export type LiveEvent = z.infer<typeof LiveEvent>;
