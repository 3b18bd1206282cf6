import type { Logger } from 'pino';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { MessageBus } from '../../platform/mqtt/message-bus.ts';
import { allEventsAfter, notificationsStore } from './notifications-store.ts';
import { playerEventTopic } from './notifications-topics.ts';
import { eventView } from './notifications-view.ts';

const pageSize = 100;
/** What an earlier run has left is told once phones have had time to connect again. */
const reconnectMs = 5_000;

export interface EventBroadcastDeps {
  database: Pick<Database, 'write' | 'reader' | 'now'>;
  clock: Clock;
  logger: Logger;
}

/**
 * Tells players over MQTT, in order, from the database. How far it has come is a row that follows what was sent, so a
 * process that dies in between tells of the last ones again, under the same ids.
 */
export function createEventBroadcast({ database, clock, logger }: EventBroadcastDeps) {
  let bus: MessageBus | undefined;
  let seq = 0;
  let isDue = false;
  let telling: Promise<void> | undefined;
  let waiting: Cancel | undefined;

  async function page(to: MessageBus): Promise<boolean> {
    const rows = await database.reader.all(allEventsAfter, { after: seq, limit: pageSize });
    for (const row of rows) {
      try {
        to.publish(playerEventTopic, { id: row.player_id }, eventView(row));
      } catch (error) {
        logger.error({ err: error, event_id: row.id }, 'an event cannot be told over MQTT');
      }
      seq = row.seq;
    }
    if (rows.length > 0) await database.write((tx) => notificationsStore.setTold(tx, 'mqtt', seq));
    return rows.length === pageSize;
  }

  async function tell(to: MessageBus): Promise<void> {
    try {
      while (isDue) {
        isDue = false;
        if (await page(to)) isDue = true;
      }
    } catch (error) {
      // The next event brings these along; after a restart they are sent again.
      logger.warn({ err: error }, 'how far events were told over MQTT could not be read or written down');
    }
  }

  function wake(): void {
    isDue = true;
    if (bus === undefined || waiting !== undefined || telling !== undefined) return;
    telling = tell(bus).finally(() => {
      telling = undefined;
    });
  }

  return {
    wake,
    /** From now on, beginning with what was committed and not told. On a machine that has told nobody: with what comes. */
    async start(to: MessageBus): Promise<void> {
      const newest = notificationsStore.newestEvent(database.now);
      const told = notificationsStore.toldBy(database.now, 'mqtt');
      seq = told ?? newest;
      if (told === undefined) await database.write((tx) => notificationsStore.setTold(tx, 'mqtt', seq));
      bus = to;
      if (newest <= seq) return;
      waiting = clock.after(reconnectMs, () => {
        waiting = undefined;
        wake();
      });
    },
    async stop(): Promise<void> {
      waiting?.();
      bus = undefined;
      await telling;
    },
  };
}
export type EventBroadcast = ReturnType<typeof createEventBroadcast>;
