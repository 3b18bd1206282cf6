import { z } from 'zod';
import { Id, Moment } from './common.ts';

/**
 * `open`: it is being recorded. `discarded`: its game did not come to a result. `erased`: its player wanted it gone;
 * the row says that there was one.
 */
export const SessionState = z.enum(['open', 'closed', 'discarded', 'erased']);
export type SessionState = z.infer<typeof SessionState>;

/** `raw`: every sample. `thinned`: ten a second, and the summary. `summary`: least, most, mean and spread of each second. */
export const SessionKept = z.enum(['raw', 'thinned', 'summary', 'none']);
export type SessionKept = z.infer<typeof SessionKept>;

/** Why two sessions cannot be held against one another. */
export const NotComparable = z.enum(['device_auto', 'drifted', 'uncalibrated']);
export type NotComparable = z.infer<typeof NotComparable>;

export const SessionWay = z.enum(['mqtt', 'serial', 'tcp', 'phone']);
export type SessionWay = z.infer<typeof SessionWay>;

/** One recording of one glove during a game. */
export const Session = z.object({
  id: Id,
  game_id: Id,
  player_id: Id,
  glove: z.string().nullable().describe('device name; null for a phone'),
  hand: z.enum(['left', 'right']).nullable(),
  glove_class: z.string(),
  way: SessionWay.nullable(),
  state: SessionState,
  comparable: z.boolean(),
  why_not: NotComparable.nullable(),
  samples: z.int().describe('recorded; 0 while it is open'),
  lost: z.int().describe('samples that the glove numbered and that never came'),
  rejected: z.int().describe('lines or frames of the glove that were no samples, meanwhile'),
  kept: SessionKept,
  started_at: Moment,
  ended_at: Moment.nullable(),
  processed_at: Moment.nullable(),
});
export type Session = z.infer<typeof Session>;

export const SessionQuery = z
  .object({ game_id: Id.optional(), player_id: Id.optional() })
  .refine(({ game_id, player_id }) => (game_id === undefined) !== (player_id === undefined), {
    message: 'give one of game_id and player_id',
  });
export const SessionList = z.object({ items: z.array(Session) });
export type SessionList = z.infer<typeof SessionList>;

/** `csv`: a line per sample, values in their units. `chunks`: a JSON line per chunk, as it is stored. */
export const SessionExportQuery = z.object({ format: z.enum(['csv', 'chunks']).default('csv') });

/** Nobody is shown them from now on; their bytes are gone within moments, also when the power is. */
export const SensorDataErased = z.object({ player_id: Id, sessions: z.int() });
export type SensorDataErased = z.infer<typeof SensorDataErased>;
