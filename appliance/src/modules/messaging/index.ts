/**
 * Messaging: texts to guests, that arrive in time or not at all.
 *
 * Owns `messages`. Calls players (number and consent), attractions, games. Joins `game.changed`; publishes
 * `message.changed`.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Events } from '../../platform/events/events.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { gameChanged } from '../games/index.ts';
import { logCarrier } from './log-carrier.ts';
import { sendText, sendTextJob } from './messaging-jobs.ts';
import { messagingRoutes } from './messaging-routes.ts';
import { createMessagingService, type MessagingServiceDeps, messageChanged } from './messaging-service.ts';
import { messages } from './messaging-tables.ts';

export { messageChanged } from './messaging-service.ts';
export { countPending } from './messaging-store.ts';

export const messagingTables = [messages];

export interface MessagingModuleDeps extends Omit<MessagingServiceDeps, 'sendLater' | 'sendNoMore'> {
  database: Database;
  clock: Clock;
  events: Events;
  jobs: Jobs;
  live: LiveFeed;
}

export function createMessagingModule(deps: MessagingModuleDeps) {
  const { database, clock, events, jobs, live } = deps;
  const messaging = createMessagingService({
    ...deps,
    sendLater: (tx, message_id, delayMs) => {
      jobs.enqueue(tx, sendText, { message_id }, { uniqueKey: message_id, delayMs });
    },
    sendNoMore: (tx, message_id) => jobs.cancel(tx, sendText, message_id),
  });
  jobs.register(sendTextJob({ messaging, database, carrier: logCarrier, clock }));
  events.join(gameChanged, messaging.follow);
  events.listen(messageChanged, () => live.changed('messages'));
  return { routes: messagingRoutes };
}
