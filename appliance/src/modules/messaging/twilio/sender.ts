import type { TwilioMessage } from './twilio-messages.ts';

/** Whom texts are from: a number of ours, or a messaging service (`MG…`) that chooses one of its numbers. */
export interface Sender {
  /** For the request that sends. */
  readonly form: Readonly<Record<string, string>>;
  /** Lists what was sent from here, and what came in here; a list may hold more, so `isOurs` is asked as well. */
  readonly sent: Readonly<Record<string, string>>;
  readonly received: Readonly<Record<string, string>>;
  isOurs(message: TwilioMessage): boolean;
}

export function createSender(from: string): Sender {
  if (from.startsWith('MG')) {
    // Twilio lists by number alone, and which numbers a service has is its own affair.
    const isOurs = (message: TwilioMessage) => message.messaging_service_sid === from;
    return { form: { MessagingServiceSid: from }, sent: {}, received: {}, isOurs };
  }
  return {
    form: { From: from },
    sent: { From: from },
    received: { To: from },
    isOurs: (message) => (message.direction === 'inbound' ? message.to : message.from) === from,
  };
}
