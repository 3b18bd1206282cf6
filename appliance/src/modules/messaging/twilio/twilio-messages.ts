import { z } from 'zod';
import type { DeliveryReport, DeliveryState, IncomingText } from '../carrier.ts';
import { deliveryReason } from './twilio-codes.ts';

/** RFC 2822 → epoch milliseconds. */
const Moment = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number());

/** What is read of Twilio's Message resource (twilio.com/docs/messaging/api/message-resource). */
export const TwilioMessage = z.object({
  sid: z.string().regex(/^\w{1,64}$/u),
  to: z.string().nullish(),
  from: z.string().nullish(),
  body: z.string().nullish(),
  status: z.string().nullish(),
  direction: z.string().nullish(),
  error_code: z.coerce.number().nullish(),
  messaging_service_sid: z.string().nullish(),
  date_created: Moment.nullish(),
  /** None while it waits to be sent. */
  date_sent: Moment.nullish(),
});
export type TwilioMessage = z.infer<typeof TwilioMessage>;

export const MessagePage = z.object({
  messages: z.array(TwilioMessage),
  next_page_uri: z.string().nullish(),
});

/** What an answer to a new message must tell, whatever else it does. */
export const CreatedMessage = TwilioMessage.pick({ sid: true });

/**
 * Twilio's states as far as they tell of progress. A text of which only a part arrived is counted as sent: more is
 * not known. What is missing here (accepted, scheduled, queued, sending) is on its way to the first of them.
 */
const states: Readonly<Record<string, DeliveryState>> = {
  sent: 'sent',
  partially_delivered: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** The report that a state makes; null for one that tells nothing yet. */
export function deliveryReport({
  sid,
  status,
  error_code,
}: Pick<TwilioMessage, 'sid' | 'status' | 'error_code'>): DeliveryReport | null {
  const state = states[status ?? ''];
  if (state === undefined) return null;
  return { reference: sid, state, reason: state === 'failed' ? deliveryReason(error_code ?? null) : null };
}

export const isFinal = ({ state }: DeliveryReport): boolean => state !== 'sent';

export const incomingText = ({ sid, from, body }: TwilioMessage): IncomingText => ({
  reference: sid,
  from: from ?? '',
  body: body ?? '',
});

/** How long ago, at the moment `now` of Twilio's clock, it came to be; 0 when Twilio does not say. */
export const ageOf = ({ date_created, date_sent }: TwilioMessage, now: number): number =>
  now - (date_created ?? date_sent ?? now);

export const isIncoming = ({ direction }: TwilioMessage): boolean => direction === 'inbound';
