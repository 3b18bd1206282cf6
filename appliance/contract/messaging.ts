import { z } from 'zod';
import { Id, Moment, pageOf, pageQuery } from './common.ts';
import { Language } from './players.ts';

/**
 * A text's life: `pending` waits for its moment or for a carrier, `sending` is being handed to one, then one of the
 * ends. `expired`: it would have come too late. `dropped`: it must not be sent (no consent, opted out, undone).
 * `unknown`: a carrier may or may not have it; it is looked up, and never sent again before that is known.
 */
export const messageStates = [
  'pending',
  'sending',
  'sent',
  'delivered',
  'failed',
  'expired',
  'dropped',
  'unknown',
] as const;
export const MessageState = z.enum(messageStates);
export type MessageState = z.infer<typeof MessageState>;

/** Ways for texts to leave. `log` sends nothing: staff read the outbox. */
export const carrierNames = ['log', 'twilio', 'modem'] as const;
export const CarrierName = z.enum(carrierNames);
export type CarrierName = z.infer<typeof CarrierName>;

/** Calls, what is told unasked, and answers to a guest's own text. */
export const messageKinds = [
  'recall',
  'reminder',
  'close',
  'souvenir',
  'confirmed',
  'on_hold',
  'left_list',
  'opted_out',
  'opted_in',
  'help',
] as const;
export const MessageKind = z.enum(messageKinds);
export type MessageKind = z.infer<typeof MessageKind>;

export const Message = z.object({
  id: Id,
  game_id: Id.nullable(),
  ticket: z.string().nullable(),
  kind: MessageKind,
  language: Language,
  to: z.string().describe('the number, but for its last four digits masked'),
  text: z.string(),
  segments: z.number().int().describe('as carriers bill it'),
  state: MessageState,
  reason: z.string().nullable().describe('why it is in this state; for a pending one, what it waits for'),
  carrier: CarrierName.nullable().describe('who has it, or may have it'),
  attempts: z.number().int().describe('how often it was handed to a carrier'),
  next_attempt_at: Moment.nullable().describe('null: as soon as it can, or never again'),
  created_at: Moment,
  expires_at: Moment,
  sent_at: Moment.nullable(),
  delivered_at: Moment.nullable(),
});
export type Message = z.infer<typeof Message>;
export const MessageQuery = z.object({ state: MessageState.optional(), ...pageQuery });
export const MessagePage = pageOf(Message);
export type MessagePage = z.infer<typeof MessagePage>;

/** A way for texts to leave the venue, as staff see it. */
export const MessageCarrier = z.object({
  name: CarrierName,
  available: z.boolean(),
  reason: z.string().nullable().describe('why it is not available'),
  since: Moment.describe('since when it is, or is not'),
  waiting: z.number().int().describe('texts that wait for it'),
  sent_today: z.number().int().describe('texts it took in this event day'),
});
export type MessageCarrier = z.infer<typeof MessageCarrier>;
/** In order of preference. */
export const MessageCarrierList = z.object({ items: z.array(MessageCarrier) });
export type MessageCarrierList = z.infer<typeof MessageCarrierList>;
