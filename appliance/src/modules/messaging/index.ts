/**
 * Messaging: texts to guests, that arrive in time or not at all.
 *
 * Owns `messages`, `handovers`, `early_reports`, `close_watches`. Calls players (number, consent, opt-out, language),
 * attractions, games. Joins `game.changed` and `opt-out.changed`; publishes `message.changed`.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Events } from '../../platform/events/events.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Route } from '../../platform/http/route.ts';
import { createCounter, createGauge } from '../../platform/metrics.ts';
import { createSerialLine } from '../../platform/serial/serial-line.ts';
import type { VenueTime } from '../../platform/venue-time.ts';
import { gameChanged } from '../games/index.ts';
import { optOutChanged, type PlayersModule } from '../players/index.ts';
import type { Carrier, IncomingText } from './carrier.ts';
import { createCarrierLine } from './carrier-line.ts';
import { createDeliveryReportsService } from './delivery-reports-service.ts';
import { createHandoversService } from './handovers-service.ts';
import { logCarrier } from './log-carrier.ts';
import { createDispatcher } from './messaging-dispatcher.ts';
import { messageChanged } from './messaging-events.ts';
import { messagingRoutes } from './messaging-routes.ts';
import { createMessagingService, type MessagingServiceDeps } from './messaging-service.ts';
import { countPending, oldestWaiting } from './messaging-store.ts';
import { closeWatches, earlyReports, handovers, messages } from './messaging-tables.ts';
import { createModemCarrier, modemBaudRate } from './modem/modem-carrier.ts';
import { createOutboxClock } from './outbox-clock.ts';
import { createOutbox } from './outbox-service.ts';
import { createTwilioCarrier, type TwilioCarrier, type TwilioOptions } from './twilio/twilio-carrier.ts';
import { twilioRoutes } from './twilio/twilio-routes.ts';

export type { Carrier, CarrierName, IncomingText } from './carrier.ts';
export { type MessageChange, messageChanged } from './messaging-events.ts';
export type { Answer, AnswerKind } from './messaging-service.ts';
export { countPending } from './messaging-store.ts';
export type { MessageRow } from './messaging-tables.ts';
export { createQuietHours, type QuietSpan } from './quiet-hours.ts';

/** A carrier by name, with what it needs. */
export type CarrierSettings =
  | { readonly name: 'log' }
  | { readonly name: 'modem'; readonly path: string }
  | ({ readonly name: 'twilio' } & Pick<TwilioOptions, 'accountSid' | 'authToken' | 'from' | 'apiUrl'>);

/**
 * The ways for texts to leave that a venue is set up with, in its order of preference, and what they are called by.
 * Nothing is opened before the module starts.
 */
export function createCarriers(
  settings: readonly CarrierSettings[],
  deps: { clock: Clock; logger: Logger; publicUrl: string | undefined },
): { carriers: Carrier[]; routes: Route[] } {
  let webhooks: TwilioCarrier['webhooks'] = null;
  const carriers = settings.map((one): Carrier => {
    if (one.name === 'log') return logCarrier;
    if (one.name === 'modem') {
      const line = createSerialLine({ ...deps, path: one.path, baudRate: modemBaudRate });
      return { ...createModemCarrier({ ...deps, line }), atOnce: 1 };
    }
    const twilio = createTwilioCarrier({ ...deps, ...one });
    webhooks = twilio.webhooks;
    return twilio;
  });
  return { carriers, routes: twilioRoutes(webhooks) };
}

export const messagingTables = [messages, handovers, earlyReports, closeWatches];

export interface MessagingModuleDeps extends Omit<MessagingServiceDeps, 'players'> {
  database: Database;
  clock: Clock;
  events: Events;
  live: LiveFeed;
  logger: Logger;
  metrics: Registry;
  venueTime: VenueTime;
  players: MessagingServiceDeps['players'] & Pick<PlayersModule, 'optOut'>;
  /** Ways for texts to leave, in the order of preference; at least one. */
  carriers: readonly Carrier[];
  random?: () => number;
}

export function createMessagingModule(deps: MessagingModuleDeps) {
  const { database, clock, events, live, logger, carriers } = deps;
  const lines = carriers.map((carrier) => createCarrierLine(carrier, clock));
  const outbox = createOutbox(deps);
  const times = createOutboxClock(clock);
  const answerable = carriers.some((carrier) => carrier.answerable ?? true);
  const messaging = createMessagingService({ ...deps, outbox, times, answerable });
  const reports = createDeliveryReportsService({ ...deps, outbox });
  const handoversService = createHandoversService({
    ...deps,
    times,
    outbox,
    messaging,
    reports,
    random: deps.random ?? Math.random,
    onBroken: (message_id, error) => logger.error({ err: error, message_id }, 'a text could not be made'),
  });
  const { written, handedOver } = measure(deps.metrics, deps);
  const dispatcher = createDispatcher({
    database,
    clock,
    times,
    logger,
    lines,
    handovers: handoversService,
    ended: (carrier, result) => handedOver.inc({ carrier, result }),
  });
  events.join(gameChanged, messaging.follow);
  events.join(optOutChanged, messaging.followOptOut);
  events.listen(messageChanged, ({ kind, before, state }) => {
    if (before !== state) written.inc({ kind, state });
    live.changed('messages');
    dispatcher.wake();
  });

  return {
    routes: messagingRoutes({ ...deps, lines }),
    /** Answers a guest's own text, in the transaction that took it. */
    send: messaging.send,
    reasonNotToCall: messaging.reasonNotToCall,
    /** Tells the guest, once, that the souvenir of this game can be seen. */
    souvenirReady: messaging.souvenirReady,
    /**
     * Begins to send, and to listen.
     * @param incoming takes a guest's text; durable when it resolves
     */
    async start(incoming: (carrier: Carrier['name'], text: IncomingText) => Promise<void>): Promise<void> {
      await dispatcher.start();
      for (const { carrier, health } of lines)
        carrier.start({
          delivery: (report) => database.write((tx) => reports.report(tx, carrier.name, report)),
          incoming: (text) => incoming(carrier.name, text),
          changed() {
            health();
            live.changed('messages');
            dispatcher.wake();
          },
        });
    },
    async stop(): Promise<void> {
      await dispatcher.stop();
      await Promise.all(carriers.map((carrier) => carrier.stop()));
    },
  };
}
export type MessagingModule = ReturnType<typeof createMessagingModule>;

function measure(registry: Registry, { database, clock }: { database: Pick<Database, 'now'>; clock: Clock }) {
  createGauge(registry, {
    name: 'dugout_messages_waiting',
    help: 'Texts that wait for their moment or for a carrier',
    value: () => database.now.get(countPending, {})?.count ?? 0,
  });
  createGauge(registry, {
    name: 'dugout_messages_oldest_waiting_seconds',
    help: 'How long the oldest text has waited that might have left; 0 when none waits',
    value() {
      const now = clock.now();
      const oldest = database.now.get(oldestWaiting, { now })?.send_after ?? now;
      return Math.max(0, now - oldest) / 1_000;
    },
  });
  return {
    written: createCounter(registry, {
      name: 'dugout_messages_total',
      help: 'Texts that came into a state, by kind',
      labels: ['kind', 'state'],
    }),
    handedOver: createCounter(registry, {
      name: 'dugout_handovers_total',
      help: 'Texts given to a carrier or looked up at it, by what was learnt',
      labels: ['carrier', 'result'],
    }),
  };
}
