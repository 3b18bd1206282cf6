import { PassThrough, type Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { toMoment } from '../clock.ts';

const heartbeatMs = 5_000;
/** A screen that reads more slowly than this many bytes behind is cut off; it reconnects and reads everything anew. */
const backlogLimit = 64 * 1024;

/** A table of screens on one machine, and no more: the places are for the venue's screens, not for one visitor. */
const followersPerAddress = 100;

interface Follower {
  readonly topics: ReadonlySet<string>;
  readonly address: string;
  readonly stream: PassThrough;
}

/**
 * Tells screens that something changed, as `text/event-stream`. It carries no data, only topic and version: a screen
 * reads the new state by GET, so nothing is lost when it was away.
 */
export function createLiveFeed(clock: Clock, maxFollowers = 500) {
  const followers = new Set<Follower>();
  const versions = new Map<string, number>();
  let stopHeartbeat = () => {};

  const send = (follower: Follower, event: string, data: object) => {
    if (follower.stream.writableLength > backlogLimit) follower.stream.destroy();
    else follower.stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  return {
    start() {
      stopHeartbeat = clock.every(heartbeatMs, () => {
        for (const follower of followers) send(follower, 'heartbeat', { at: toMoment(clock.now()) });
      });
    },
    stop() {
      stopHeartbeat();
      for (const follower of followers) follower.stream.end();
    },
    /** Null when too many screens follow already, in all or from this address. */
    follow(topics: readonly string[], address: string): Readable | null {
      const here = [...followers].filter((follower) => follower.address === address).length;
      if (followers.size >= maxFollowers || here >= followersPerAddress) return null;
      const follower: Follower = { topics: new Set(topics), address, stream: new PassThrough() };
      followers.add(follower);
      follower.stream.once('close', () => followers.delete(follower));
      follower.stream.write('retry: 2000\n');
      send(follower, 'heartbeat', { at: toMoment(clock.now()) });
      return follower.stream;
    },
    changed(topic: string) {
      const version = (versions.get(topic) ?? 0) + 1;
      versions.set(topic, version);
      const event = { topic, version, at: toMoment(clock.now()) };
      for (const follower of followers) if (follower.topics.has(topic)) send(follower, 'change', event);
    },
    version: (topic: string): number => versions.get(topic) ?? 0,
    followers: () => followers.size,
  };
}
export type LiveFeed = ReturnType<typeof createLiveFeed>;
