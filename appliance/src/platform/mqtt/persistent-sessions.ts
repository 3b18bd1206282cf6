import { createFilterTree } from './filter-tree.ts';
import { createMessageQueue, type MessageQueue, type Outgoing } from './message-queue.ts';

export interface Subscription {
  readonly topic: string;
  readonly qos: number;
}

interface Session {
  readonly filters: Map<string, Subscriber>;
  readonly queue: MessageQueue;
}

interface Subscriber extends Subscription {
  readonly clientId: string;
}

/** What outlives the connection of a client that asked for a session: its subscriptions and what waits for it. */
export interface PersistentSessions {
  subscribe(clientId: string, subscriptions: readonly Subscription[]): void;
  unsubscribe(clientId: string, filters: readonly string[]): void;
  subscriptionsOf(clientId: string): Subscription[];
  /** Who must get a message of this topic at QoS 1 or 2: each client once, at its best QoS. */
  subscribersOf(topic: string): Subscriber[];
  queueOf(clientId: string): MessageQueue | undefined;
  /** False when it was not queued. */
  enqueue(subscriber: Pick<Subscriber, 'clientId'> & Partial<Subscription>, packet: Outgoing): boolean;
  forget(clientId: string): void;
  forgetAll(matches: (clientId: string) => boolean): void;
  count(): number;
  queued(): number;
  queuedBytes(): number;
}

export interface SessionBounds {
  readonly persistentSessions: number;
  readonly queuedMessagesPerSession: number;
  readonly queuedBytesPerSession: number;
}

/** Sessions belong to an owner, so that equal client ids of two owners are two sessions. */
export const sessionKey = (owner: string, clientId: string): string => `${owner}\n${clientId}`;

/** When there are more sessions than the bound, the one that was begun first is forgotten. */
export function createPersistentSessions(bounds: SessionBounds): PersistentSessions {
  const sessions = new Map<string, Session>();
  const subscribers = createFilterTree<Subscriber>();

  const begin = (clientId: string): Session => {
    const oldest = sessions.size >= bounds.persistentSessions ? sessions.keys().next().value : undefined;
    if (oldest !== undefined) forget(oldest);
    const session = {
      filters: new Map(),
      queue: createMessageQueue(bounds.queuedMessagesPerSession, bounds.queuedBytesPerSession),
    };
    sessions.set(clientId, session);
    return session;
  };
  const remove = (session: Session, filter: string) => {
    const subscriber = session.filters.get(filter);
    if (subscriber === undefined) return;
    subscribers.remove(filter, subscriber);
    session.filters.delete(filter);
  };
  const forget = (clientId: string) => {
    const session = sessions.get(clientId);
    if (session === undefined) return;
    for (const filter of [...session.filters.keys()]) remove(session, filter);
    sessions.delete(clientId);
  };

  return {
    subscribe(clientId, subscriptions) {
      const session = sessions.get(clientId) ?? begin(clientId);
      for (const { topic, qos } of subscriptions) {
        remove(session, topic);
        const subscriber = { clientId, topic, qos };
        session.filters.set(topic, subscriber);
        if (qos > 0) subscribers.add(topic, subscriber);
      }
    },
    unsubscribe(clientId, filters) {
      const session = sessions.get(clientId);
      if (session !== undefined) for (const filter of filters) remove(session, filter);
    },
    subscriptionsOf: (clientId) =>
      [...(sessions.get(clientId)?.filters.values() ?? [])].map(({ topic, qos }) => ({ topic, qos })),
    subscribersOf(topic) {
      const best = new Map<string, Subscriber>();
      for (const subscriber of subscribers.match(topic)) {
        if ((best.get(subscriber.clientId)?.qos ?? 0) < subscriber.qos)
          best.set(subscriber.clientId, subscriber);
      }
      return [...best.values()];
    },
    queueOf: (clientId) => sessions.get(clientId)?.queue,
    enqueue: ({ clientId }, packet) => sessions.get(clientId)?.queue.add(packet) ?? false,
    forget,
    forgetAll(matches) {
      for (const clientId of [...sessions.keys()]) if (matches(clientId)) forget(clientId);
    },
    count: () => sessions.size,
    queued: () => [...sessions.values()].reduce((sum, { queue }) => sum + queue.size(), 0),
    queuedBytes: () => [...sessions.values()].reduce((sum, { queue }) => sum + queue.bytes(), 0),
  };
}
