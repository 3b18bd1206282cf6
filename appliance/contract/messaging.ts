import { z } from 'zod';
import { Id, Moment, pageOf, pageQuery } from './common.ts';

/**
 * A text's life: `pending` waits for its moment, `sending` has been handed to a carrier, then one of the ends.
 * `expired`: it would have come too late. `dropped`: it must not be sent (no consent, opted out, undone).
 */
export const MessageState = z.enum([
  'pending',
  'sending',
  'sent',
  'delivered',
  'failed',
  'expired',
  'dropped',
  'unknown',
]);
export type MessageState = z.infer<typeof MessageState>;

export const Message = z.object({
  id: Id,
  game_id: Id.nullable(),
  ticket: z.string().nullable(),
  kind: z.string().describe('recall, reminder'),
  to: z.string().describe('the number, but for its last four digits masked'),
  text: z.string(),
  segments: z.number().int(),
  state: MessageState,
  reason: z.string().nullable(),
  provider: z.string().nullable(),
  created_at: Moment,
  expires_at: Moment,
  sent_at: Moment.nullable(),
});
export type Message = z.infer<typeof Message>;
export const MessageQuery = z.object({ state: MessageState.optional(), ...pageQuery });
export const MessagePage = pageOf(Message);
export type MessagePage = z.infer<typeof MessagePage>;
