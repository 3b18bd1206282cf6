import type { Logger } from 'pino';
import type { Clock } from '../../../platform/clock.ts';
import type { Carrier, CarrierEvents, HandOver, OutgoingText } from '../carrier.ts';
import { createDeliveryWatch } from './delivery-watch.ts';
import { createHandedOver } from './handed-over.ts';
import { createIncomingWatch } from './incoming-watch.ts';
import { createLookUp } from './looking-up.ts';
import { createSender } from './sender.ts';
import { createTwilioApi } from './twilio-api.ts';
import { handOverOf, troubleIn } from './twilio-endings.ts';
import { createTwilioHealth } from './twilio-health.ts';
import { createTwilioWebhooks, type TwilioWebhooks } from './twilio-webhooks.ts';

export interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number of the account (E.164), or a messaging service (`MG…`). */
  readonly from: string;
  /** Before `/2010-04-01`; `https://api.twilio.com` but for a stand-in. */
  readonly apiUrl: string;
  /** Where Twilio finds this appliance on the internet; without it Twilio is asked, and never tells. */
  readonly publicUrl?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random?: () => number;
  readonly fetch?: typeof fetch;
}

export interface TwilioCarrier extends Carrier {
  /** What Twilio's calls are answered with; null without a public URL. */
  readonly webhooks: TwilioWebhooks | null;
}

const longestBody = 1_600;
const longestValiditySeconds = 36_000;

/** Texts through Twilio's HTTP API. */
export function createTwilioCarrier(options: TwilioOptions): TwilioCarrier {
  const { clock, logger, publicUrl } = options;
  const sender = createSender(options.from);
  const handedOver = createHandedOver(clock);
  const health = createTwilioHealth(logger, options.random ?? Math.random);
  const api = createTwilioApi({
    ...options,
    fetch: options.fetch ?? fetch,
    ended(exchange) {
      if (troubleIn(exchange) === null) handedOver.reached();
      health.ended(exchange);
    },
  });
  const lookUp = createLookUp({ api, sender, handedOver });
  let listening: ReturnType<typeof listen> | undefined;
  /** False once Twilio has refused our address: one that guests reach in the venue may be none for Twilio. */
  let callsBack = true;

  function listen(events: CarrierEvents) {
    const deliveries = createDeliveryWatch({ api, sender, health, clock, events });
    const incoming = createIncomingWatch({ api, sender, health, clock, logger, events });
    health.onChange((available) => {
      if (!available) incoming.probe();
      events.changed();
    });
    incoming.start();
    deliveries.start();
    return { events, deliveries, incoming };
  }

  function taken(text: OutgoingText, sid: string): void {
    handedOver.belongs(sid, text.id);
    listening?.deliveries.watch(sid, text.validForMs);
  }

  function refused(text: OutgoingText, reason: string): void {
    handedOver.refused(text.id);
    if (reason !== 'bad_callback') return;
    logger.warn('Twilio takes no callbacks to DUGOUT_PUBLIC_URL; from now on it is asked instead');
    callsBack = false;
  }

  const webhooks =
    publicUrl === undefined
      ? null
      : createTwilioWebhooks({
          publicUrl,
          authToken: options.authToken,
          events: () => listening?.events,
          told: (report) => listening?.deliveries.heard(report),
        });

  const formOf = ({ to, body, validForMs }: OutgoingText) =>
    new URLSearchParams({
      ...sender.form,
      To: to,
      Body: body,
      SmartEncoded: 'true',
      ValidityPeriod: String(Math.min(longestValiditySeconds, Math.max(1, Math.floor(validForMs / 1_000)))),
      ...(webhooks === null || !callsBack ? {} : { StatusCallback: webhooks.statusUrl }),
    });

  return {
    name: 'twilio',
    // A number sends a text a second; Twilio queues what comes faster.
    pace: { burst: 10, perMinute: 60 },
    webhooks,
    health: health.current,
    async send(text, signal) {
      if (text.body.length > longestBody) return { state: 'refused', reason: 'too_long', retry: false };
      if (signal.aborted) return { state: 'refused', reason: 'interrupted', retry: true };
      handedOver.begins(text.id);
      const ending: HandOver = handOverOf(await api.post('/Messages.json', formOf(text), signal));
      if (ending.state === 'refused') refused(text, ending.reason);
      if (ending.state === 'taken' && ending.reference !== null) taken(text, ending.reference);
      return ending;
    },
    async lookUp(text, handover, signal) {
      const ending = await lookUp(text, handover, signal);
      if (ending.state === 'taken' && ending.reference !== null) taken(text, ending.reference);
      return ending;
    },
    start(events) {
      listening ??= listen(events);
    },
    async stop() {
      await Promise.all([listening?.incoming.stop(), listening?.deliveries.stop()]);
    },
  };
}
