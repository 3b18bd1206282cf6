/**
 * Notifications: what a player is told, exactly once, and what of their data is new since their phone last asked.
 *
 * Owns `player_events`, `player_changes`, `told_events`. Reads players and games. Joins `game.changed`,
 * `game.note-changed` and `player.changed`; publishes nothing.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import type { MessageBus } from '../../platform/mqtt/message-bus.ts';
import { gameById, gameChanged, gameNoteChanged, type PageUrl } from '../games/index.ts';
import { playerChanged } from '../players/index.ts';
import { createEventBroadcast } from './event-broadcast.ts';
import { createEventStreams } from './event-streams.ts';
import { notificationsRoutes } from './notifications-routes.ts';
import { createNotificationsService } from './notifications-service.ts';
import { playerChanges, playerEvents, toldEvents } from './notifications-tables.ts';
import { playerEventTopic } from './notifications-topics.ts';
import type { ReadProgress } from './sync-view.ts';

export type { Change, Telling } from './notifications-service.ts';
export type { ReadProgress } from './sync-view.ts';

export const notificationTables = [playerEvents, playerChanges, toldEvents];

export interface NotificationsModuleDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  events: Events;
  logger: Logger;
  pageUrl: PageUrl;
  /** False on a copy of the data. */
  isVenue: boolean;
}

export function createNotificationsModule(deps: NotificationsModuleDeps) {
  const { database, clock, events } = deps;
  const streams = createEventStreams({ reader: database.reader, clock });
  const broadcast = createEventBroadcast(deps);
  const service = createNotificationsService({
    ...deps,
    told(playerId) {
      streams.told(playerId);
      broadcast.wake();
    },
  });
  let readProgress: ReadProgress = async () => [];

  events.join(gameChanged, (tx, { after }) => {
    service.changed(tx, { playerId: after.player_id, kind: 'game', id: after.id });
  });
  events.join(gameNoteChanged, (tx, { game_id: id }) => {
    const game = tx.get(gameById, { id });
    if (game !== undefined) service.changed(tx, { playerId: game.player_id, kind: 'game', id });
  });
  events.join(playerChanged, (tx, { player_id: id }) => {
    service.changed(tx, { playerId: id, kind: 'player', id });
  });
  return {
    routes: notificationsRoutes({
      ...deps,
      readProgress: (...asked) => readProgress(...asked),
      streams: deps.isVenue ? streams : null,
    }),
    topics: [playerEventTopic],
    tell: service.tell,
    withdraw: service.withdraw,
    changed: service.changed,
    /** From whom `sync` learns what progress there is, which a module below this one knows. */
    progressFrom(read: ReadProgress): void {
      readProgress = read;
    },
    /** Begins to tell phones, over MQTT from what an earlier run left on; after the broker has started. */
    async start(bus: MessageBus): Promise<void> {
      streams.start();
      await broadcast.start(bus);
    },
    async stop(): Promise<void> {
      streams.stop();
      await broadcast.stop();
    },
  };
}
export type NotificationsModule = ReturnType<typeof createNotificationsModule>;
