/**
 * Queue: who is next, how long it takes, and the floor as staff and boards see it.
 *
 * Owns no table: the floor is worked out from games, attractions and devices, and calls those three.
 * Listens to `game.changed`, `game.note-changed`, `attraction.changed`, `station.changed`, `device.presence-changed`; publishes nothing.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import type { Events } from '../../platform/events/events.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { MessageBus } from '../../platform/mqtt/message-bus.ts';
import { attractionChanged, stationChanged } from '../attractions/index.ts';
import { presenceChanged } from '../devices/index.ts';
import { gameChanged, gameNoteChanged } from '../games/index.ts';
import { createFloorReader } from './floor-reader.ts';
import { createQueueBroadcast } from './queue-broadcast.ts';
import { type QueueRoutesDeps, queueRoutes } from './queue-routes.ts';
import { gameStateTopic, publicQueueTopic } from './queue-topics.ts';

export type { Floor } from './floor.ts';
export type { FloorReader } from './floor-reader.ts';
export { type PlaceInLine, placeInLine } from './queue-view.ts';

export interface QueueModuleDeps extends Omit<QueueRoutesDeps, 'floor'> {
  database: { readonly reader: Reader };
  clock: Clock;
  events: Events;
  live: LiveFeed;
}

export function createQueueModule(deps: QueueModuleDeps) {
  const { database, clock, events, live } = deps;
  const floor = createFloorReader(clock);
  const follow = (changed: (...topics: string[]) => void) => {
    events.listen(gameNoteChanged, () => changed('queue'));
    events.listen(gameChanged, () => changed('queue'));
    events.listen(attractionChanged, () => changed('attractions', 'queue'));
    events.listen(stationChanged, () => changed('stations', 'queue'));
    events.listen(presenceChanged, () => changed('stations', 'queue'));
  };
  follow((...topics) => {
    floor.changed();
    for (const topic of topics) live.changed(topic);
  });
  return {
    routes: queueRoutes({ ...deps, floor }),
    topics: [publicQueueTopic, gameStateTopic],
    floor,
    /** Tells boards and rigs over MQTT from now on. */
    connect(bus: MessageBus) {
      const broadcast = createQueueBroadcast({ ...deps, bus, reader: database.reader, floor });
      follow(broadcast.queueChanged);
      return broadcast;
    },
  };
}
export type QueueModule = ReturnType<typeof createQueueModule>;
