import { z } from 'zod';
import { Attraction, Station, WaitEstimate } from './attractions.ts';
import { Moment, Slug } from './common.ts';
import { CallNumber, Game, Rung } from './games.ts';

export const QueueQuery = z.object({ attraction: Slug.optional() });

export const QueuedGame = Game.extend({
  position: z.number().int().positive().describe('1 is called next; counted within the attraction'),
  estimate: WaitEstimate,
});
export type QueuedGame = z.infer<typeof QueuedGame>;

export const Queue = z.object({
  items: z.array(QueuedGame).describe('every waiting guest, by attraction and position'),
  attractions: z.array(Attraction),
});
export type Queue = z.infer<typeof Queue>;

export const CallNextInput = z.strictObject({ attraction: Slug.default('derby') });
export type CallNextInput = z.infer<typeof CallNextInput>;

/** The whole floor in one answer: what the staff console shows. */
export const Floor = z.object({
  at: Moment,
  attractions: z.array(Attraction),
  stations: z.array(Station),
  waiting: z.array(QueuedGame),
  called: z.array(Game),
  confirmed: z.array(Game),
  playing: z.array(Game),
  held: z.array(Game),
  missed: z.array(Game).describe('no-shows of the last hours'),
  completed: z.array(Game).describe('the last ones to finish'),
  counts: z.object({
    served_today: z.number().int(),
    no_shows_today: z.number().int(),
    messages_pending: z.number().int(),
    jobs_failed: z.number().int(),
    replies_open: z.number().int().describe('texts from guests that wait for staff'),
  }),
});
export type Floor = z.infer<typeof Floor>;

/** The public board: tickets and initials, never full names. */
export const BoardEntry = z.object({
  ticket: z.string(),
  initials: z.string(),
  station: z.string().nullable(),
});
/**
 * A called guest, as screens look for them without a phone. A screen keeps the highest `call` it has seen, and chimes
 * once for each higher one; what is on the board when it starts, it has seen.
 */
export const CalledEntry = BoardEntry.extend({
  rung: Rung.describe('from `board` on the board calls louder, from `tablet` on the tablets chime too'),
  call: CallNumber.describe('grows over the whole venue with each call, reminder and rung'),
});
export const PublicQueue = z.object({
  at: Moment,
  version: z.number().int(),
  site_name: z.string(),
  attractions: z.array(
    Attraction.pick({ id: true, name: true, paused: true, waiting: true, estimate: true }).extend({
      playing: z.array(BoardEntry),
      called: z.array(CalledEntry),
      next: z.array(BoardEntry.extend({ position: z.number().int(), estimate: WaitEstimate })),
    }),
  ),
});
export type PublicQueue = z.infer<typeof PublicQueue>;
