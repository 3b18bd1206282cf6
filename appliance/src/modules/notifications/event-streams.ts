import { PassThrough, type Readable } from 'node:stream';
import type { Clock } from '../../platform/clock.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { cursorAt } from './notifications.ts';
import { eventsAfter } from './notifications-store.ts';
import type { PlayerEventRow } from './notifications-tables.ts';
import { eventView } from './notifications-view.ts';

const heartbeatMs = 5_000;
/** Who has read nothing for so many heartbeats is cut off; they go on from their cursor. */
const patience = 6;
/** After so many a phone has to come again, and with it the proof of who it is. */
const longestFollow = 180;
/** Rows that are read, and held for a slow reader, at a time. */
const pageSize = 50;
const reconnectMs = 2_000;

const ofOnePlayer = 8;
const ofAll = 300;

interface Follower {
  readonly playerId: string;
  readonly stream: PassThrough;
  /** Up to where it was told. */
  seq: number;
  /** Something may have been committed that it has not been told. */
  due: boolean;
  isReading: boolean;
  beats: number;
  stalledFor: number;
}

/** How a stream begins: how long to wait before coming again, and whether the cursor was not known. */
export const streamHead = (playerId: string, reset: boolean): string =>
  `retry: ${reconnectMs}\n${reset ? `event: reset\nid: ${cursorAt(playerId, 0)}\ndata: {}\n` : ''}\n`;

/** One event in `text/event-stream`. Its id there is the cursor; in the data it has its own. */
export const streamed = (row: PlayerEventRow): string =>
  `id: ${cursorAt(row.player_id, row.seq)}\ndata: ${JSON.stringify(eventView(row))}\n\n`;

/**
 * Tells players' phones over `text/event-stream`. What is sent is always read from the database behind the last one
 * that was sent, whoever says that there is something: nothing is lost or told twice between what was there and what
 * comes.
 */
export function createEventStreams({ reader, clock }: { reader: Reader; clock: Clock }) {
  const followers = new Set<Follower>();
  let stopHeartbeat = () => {};

  async function tell(follower: Follower): Promise<void> {
    const { stream, playerId } = follower;
    follower.due = true;
    if (follower.isReading) return;
    follower.isReading = true;
    try {
      while (follower.due && stream.writable) {
        follower.due = false;
        const rows = await reader.all(eventsAfter, {
          player_id: playerId,
          after: follower.seq,
          limit: pageSize,
        });
        if (!stream.writable) return;
        for (const row of rows) {
          stream.write(streamed(row));
          follower.seq = row.seq;
        }
        if (rows.length === pageSize) follower.due = true;
        if (rows.length > 0) await drained(stream);
        follower.stalledFor = 0;
      }
    } catch {
      // It comes again, and reads what could not be read now.
      stream.destroy();
    } finally {
      follower.isReading = false;
    }
  }

  function beat(follower: Follower): void {
    const { stream } = follower;
    follower.beats += 1;
    follower.stalledFor = stream.writableNeedDrain ? follower.stalledFor + 1 : 0;
    if (follower.stalledFor >= patience) stream.destroy();
    else if (follower.beats >= longestFollow) stream.end();
    else if (!stream.writableNeedDrain && stream.writable) stream.write(': heartbeat\n\n');
  }

  return {
    start(): void {
      stopHeartbeat = clock.every(heartbeatMs, () => {
        for (const follower of followers) beat(follower);
      });
    },
    stop(): void {
      stopHeartbeat();
      for (const { stream } of followers) stream.end();
    },
    /** Everything of the player's behind `seq`, and what comes. Null when too many follow, of theirs or in all. */
    follow(playerId: string, seq: number, reset: boolean): Readable | null {
      const theirs = [...followers].filter((follower) => follower.playerId === playerId).length;
      if (followers.size >= ofAll || theirs >= ofOnePlayer) return null;
      const stream = new PassThrough();
      const follower = { playerId, stream, seq, due: false, isReading: false, beats: 0, stalledFor: 0 };
      followers.add(follower);
      stream.once('close', () => followers.delete(follower));
      stream.write(streamHead(playerId, reset));
      void tell(follower);
      return stream;
    },
    /** An event of this player is on disk. */
    told(playerId: string): void {
      for (const follower of followers) if (follower.playerId === playerId) void tell(follower);
    },
    followers: () => followers.size,
  };
}
export type EventStreams = ReturnType<typeof createEventStreams>;

/** When there is room again, or nobody is there any more. */
function drained(stream: PassThrough): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}
