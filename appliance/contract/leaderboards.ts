import { z } from 'zod';
import { Id, Moment, Name, Slug } from './common.ts';

export const LeaderboardQuery = z.object({
  window: z
    .string()
    .max(64)
    .default('all')
    .describe('`all`, `today` (the event day), or the id of an event window'),
  around: Id.optional().describe('a player: their place with the neighbours, instead of the top'),
  limit: z.coerce.number().int().min(1).max(100).default(10),
});

export const LeaderboardEntry = z.object({
  rank: z
    .number()
    .int()
    .positive()
    .describe('equal results share a rank; the next rank is skipped (1, 2, 2, 4)'),
  player_id: Id,
  game_id: Id,
  name: z.string().describe('display name: first name and initial'),
  score: z.number().int(),
  distance: z.number().nullable(),
  homeruns: z.number().int().nullable(),
  played_at: Moment,
});
export type LeaderboardEntry = z.infer<typeof LeaderboardEntry>;

export const Leaderboard = z.object({
  attraction: Slug,
  window: z.string(),
  window_name: z.string(),
  starts_at: Moment.nullable(),
  ends_at: Moment.nullable(),
  tie_rule: z.string(),
  players: z.number().int().describe('how many are ranked in all'),
  entries: z.array(LeaderboardEntry),
});
export type Leaderboard = z.infer<typeof Leaderboard>;

export const EventWindowInput = z
  .strictObject({ name: Name, attraction: Slug.default('derby'), starts_at: Moment, ends_at: Moment })
  .refine((window) => Date.parse(window.starts_at) < Date.parse(window.ends_at), {
    message: 'must end after it starts',
    path: ['ends_at'],
  });
export const EventWindow = z.object({
  id: Id,
  name: z.string(),
  attraction: Slug,
  starts_at: Moment,
  ends_at: Moment,
});
export type EventWindow = z.infer<typeof EventWindow>;
export const EventWindowList = z.object({ items: z.array(EventWindow) });
