import type { CarrierEvents, DeliveryReport } from '../carrier.ts';
import { deliveryReport, TwilioMessage } from './twilio-messages.ts';
import { isSignedByTwilio } from './twilio-signature.ts';

export const statusPath = '/api/twilio/status';
export const incomingPath = '/api/twilio/incoming';

export interface TwilioWebhooks {
  /** What Twilio is told to call when a text gets on. */
  readonly statusUrl: string;
  /** Whether Twilio signed `form` for our address with this path. */
  isGenuine(path: string, form: URLSearchParams, signature: string): boolean;
  /** How far a text has come. Stored when it resolves; a call that tells nothing new does nothing. */
  status(form: URLSearchParams): Promise<void>;
  /** A text that came in. Stored when it resolves. */
  incoming(form: URLSearchParams): Promise<void>;
}

export interface TwilioWebhooksDeps {
  readonly publicUrl: string;
  readonly authToken: string;
  /** Undefined before the carrier was started: what Twilio tells then is fetched later. */
  readonly events: () => CarrierEvents | undefined;
  readonly told: (report: DeliveryReport) => void;
}

/**
 * What Twilio calls. The address that it signed is the one we gave it, not the one that a request names: behind a
 * proxy the two differ, and who forges a request writes the latter.
 */
export function createTwilioWebhooks({
  publicUrl,
  authToken,
  events,
  told,
}: TwilioWebhooksDeps): TwilioWebhooks {
  const base = publicUrl.replace(/\/+$/u, '');
  return {
    statusUrl: base + statusPath,
    isGenuine: (path, form, signature) => isSignedByTwilio(authToken, base + path, form, signature),
    async status(form) {
      const message = TwilioMessage.safeParse({
        sid: form.get('MessageSid'),
        status: form.get('MessageStatus'),
        error_code: form.get('ErrorCode'),
      });
      const report = message.success ? deliveryReport(message.data) : null;
      const listening = events();
      if (report === null || listening === undefined) return;
      await listening.delivery(report);
      told(report);
    },
    async incoming(form) {
      const reference = form.get('MessageSid');
      if (reference === null) return;
      await events()?.incoming({ reference, from: form.get('From') ?? '', body: form.get('Body') ?? '' });
    },
  };
}
