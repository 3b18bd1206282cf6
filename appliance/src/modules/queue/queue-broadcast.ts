import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import type { Events } from '../../platform/events/events.ts';
import type { MessageBus } from '../../platform/mqtt/message-bus.ts';
import { activeGames, type GameRow, gameChanged } from '../games/index.ts';
import type { FloorReader } from './floor-reader.ts';
import { gameStateTopic, publicQueueTopic } from './queue-topics.ts';
import { publicQueueView } from './queue-view.ts';

/** Boards need no more often than this, however fast guests come. */
const queueEveryMs = 250;

export interface QueueBroadcastDeps {
  bus: MessageBus;
  reader: Reader;
  events: Events;
  clock: Clock;
  floor: FloorReader;
  siteName: string;
}

const hasEnded = (game: GameRow): boolean => game.state === 'completed' || game.state === 'cancelled';

/** Keeps the retained topics of the queue and of the games as the database has them. */
export function createQueueBroadcast({ bus, reader, events, clock, floor, siteName }: QueueBroadcastDeps) {
  let waiting: Cancel | undefined;
  let stopped = false;

  function queueChanged(): void {
    if (waiting !== undefined || stopped) return;
    waiting = clock.after(queueEveryMs, () => {
      waiting = undefined;
      // A board that could not be read is read again.
      sendQueue().catch(queueChanged);
    });
  }
  async function sendQueue(): Promise<void> {
    const view = await floor.made(reader, 'board', (now) => publicQueueView(now, floor.version(), siteName));
    bus.publish(publicQueueTopic, {}, view);
  }
  function sendGame(game: GameRow): void {
    const { id, ticket, attraction, state, station_id, score } = game;
    bus.publish(gameStateTopic, { id }, { id, ticket, attraction, state, station_id, score });
    if (hasEnded(game)) bus.clear(gameStateTopic, { id });
  }

  events.listen(gameChanged, ({ after }) => sendGame(after));
  return {
    queueChanged,
    stop(): void {
      stopped = true;
      waiting?.();
    },
    /** Before anybody can subscribe: what was retained is published again. */
    async restore(): Promise<void> {
      for (const game of await reader.all(activeGames, {})) sendGame(game);
      await sendQueue();
    },
  };
}
export type QueueBroadcast = ReturnType<typeof createQueueBroadcast>;
