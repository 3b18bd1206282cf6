import { z } from 'zod';
import { Id, Moment, pageOf, pageQuery } from './common.ts';
import { MessageKind } from './messaging.ts';

/** What a guest means by a text; `yes` counts as an opt-in for a phone that opted out, and else as unclear. */
export const ReplyMeaning = z.enum([
  'coming',
  'more_time',
  'leave',
  'opt_out',
  'opt_in',
  'yes',
  'help',
  'unclear',
]);
export type ReplyMeaning = z.infer<typeof ReplyMeaning>;

/** What was done about it at once. `to_staff` waits for them; every other one needs nobody. */
export const ReplyOutcome = z.enum([
  'confirmed',
  'queued',
  'noted',
  'held',
  'cancelled',
  'nothing_to_do',
  'opted_out',
  'opted_in',
  'helped',
  'to_staff',
]);
export type ReplyOutcome = z.infer<typeof ReplyOutcome>;

/** A text from a guest, and what became of it. */
export const Reply = z.object({
  id: Id,
  at: Moment,
  carrier: z.string(),
  from: z.string().describe('the number, but for its last four digits masked; another sender as it is'),
  text: z.string(),
  meaning: ReplyMeaning,
  outcome: ReplyOutcome,
  reason: z
    .string()
    .nullable()
    .describe('why staff have to see it: unclear, no_game, wrong_state, not_a_number, or a problem code'),
  answered_with: MessageKind.nullable().describe('the text that went back'),
  game_id: Id.nullable(),
  ticket: z.string().nullable(),
  handled_at: Moment.nullable(),
  handled_by: z.string().nullable(),
});
export type Reply = z.infer<typeof Reply>;

export const ReplyQuery = z.object({
  open: z.stringbool().optional().describe('true: only those that wait for staff'),
  ...pageQuery,
});
export const ReplyPage = pageOf(Reply);
export type ReplyPage = z.infer<typeof ReplyPage>;
