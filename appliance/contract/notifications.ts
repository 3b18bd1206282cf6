import { z } from 'zod';
import { Id, Moment } from './common.ts';
import { Game } from './games.ts';
import { Player } from './players.ts';

/**
 * Where a player's phone stands, as the venue said it: opaque, and this player's alone. `events` and `sync` take each
 * other's.
 */
export const PlayerCursor = z.string().describe('opaque; give it back as `since`');

export const eventPageSize = 200;
export const PlayerEventsQuery = z.object({
  since: PlayerCursor.optional().describe('what came after it; without it, from the beginning'),
  limit: z.coerce.number().int().min(1).max(eventPageSize).default(eventPageSize),
});

/**
 * Something a player is told, once: its `id` is the same by every way it comes. Beside these three it has the members
 * of its type. What was taken back since has `withdrawn` and no members.
 */
export const PlayerEvent = z.looseObject({
  id: Id,
  type: z.string().describe('`reconciliation`; a phone passes over types it does not know'),
  at: Moment,
  withdrawn: z.literal(true).optional(),
});
export type PlayerEvent = z.infer<typeof PlayerEvent>;

/** What a page of either kind ends with. */
const pageEnd = {
  next_cursor: PlayerCursor,
  more: z.boolean().describe('there is more right now: ask again with `next_cursor`'),
  reset: z
    .boolean()
    .describe(
      'the venue does not know that cursor, because its data were put back to an earlier state or this copy is behind: this begins anew',
    ),
};

export const PlayerEventsPage = z.object({ items: z.array(PlayerEvent), ...pageEnd });
export type PlayerEventsPage = z.infer<typeof PlayerEventsPage>;

export const ChangeKind = z.enum(['player', 'game', 'progress']);
export type ChangeKind = z.infer<typeof ChangeKind>;

/** What of a player's data is new since the cursor, each thing once and as it is now. */
export const PlayerSync = z.object({
  player: Player.nullable().describe('null when it is as it was'),
  games: z.array(Game),
  progress: z.array(z.looseObject({ game_id: Id })).describe('as `GET /api/games/<id>/progress` shows it'),
  deleted: z.array(z.object({ kind: ChangeKind, id: Id })).describe('what a phone has to forget'),
  events: z.array(PlayerEvent),
  ...pageEnd,
});
export type PlayerSync = z.infer<typeof PlayerSync>;
