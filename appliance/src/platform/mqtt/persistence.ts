import { Readable } from 'node:stream';
import type { Outgoing } from './message-queue.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import type { PersistentSessions, Subscription } from './persistent-sessions.ts';
import type { Retained, RetainedMessages } from './retained-messages.ts';
import { failed, settled } from './settled.ts';

interface ClientId {
  readonly id: string;
}
interface Publish extends Outgoing, Retained {
  readonly payload: string | Buffer;
  readonly qos: number;
}

export interface SessionOwners {
  /** Under which a client's session is kept: client ids may coincide, owners may not see each other's sessions. */
  keyOf(clientId: string): string;
  /** aedes stores a whole SUBSCRIBE as soon as one of its filters is granted, so each is asked for again. */
  maySubscribe(clientId: string, filter: string): boolean;
}

/**
 * What aedes asks of its persistence (aedes-persistence 11), in memory and bounded. MQTT is transport here: the truth
 * is in the database, from which retained messages are published again at every start.
 */
export function createPersistence(
  sessions: PersistentSessions,
  retained: RetainedMessages<Retained>,
  metrics: MqttMetrics,
  maxClients: number,
  owners: SessionOwners,
) {
  /** Per client, the QoS 2 messages whose PUBREL has not come. */
  const unreleased = new Map<string, Set<number>>();
  const keyOf = owners.keyOf;
  const done = settled(undefined);
  const missing = failed(new Error('no such packet'));
  const isUnreleased = (id: string, packet: Outgoing): packet is Outgoing & { messageId: number } =>
    packet.messageId !== undefined && (unreleased.get(id)?.has(packet.messageId) ?? false);
  const enqueue = (subscriber: { clientId: string; qos?: number }, packet: Publish) => {
    const qos = Math.min(packet.qos, subscriber.qos ?? packet.qos);
    if (!sessions.enqueue(subscriber, { ...packet, qos })) metrics.dropped('queue_full');
  };

  return {
    async setup(): Promise<void> {},

    storeRetained(packet: Publish) {
      if (!retained.keep({ ...packet })) metrics.dropped('retained_full');
      return done;
    },
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retained.matching(filters)),

    addSubscriptions({ id }: ClientId, subscriptions: readonly Subscription[]) {
      sessions.subscribe(
        keyOf(id),
        subscriptions.filter(({ topic }) => owners.maySubscribe(id, topic)),
      );
      return done;
    },
    removeSubscriptions({ id }: ClientId, filters: readonly string[]) {
      sessions.unsubscribe(keyOf(id), filters);
      return done;
    },
    /** Asked when a client connects that wants its session back. */
    subscriptionsByClient({ id }: ClientId) {
      sessions.queueOf(keyOf(id))?.resume();
      return settled(sessions.subscriptionsOf(keyOf(id)));
    },
    subscriptionsByTopic: (topic: string) => settled(sessions.subscribersOf(topic)),
    cleanSubscriptions({ id }: ClientId) {
      sessions.forget(keyOf(id));
      return done;
    },

    outgoingEnqueue(subscriber: { clientId: string }, packet: Publish) {
      enqueue(subscriber, packet);
      return done;
    },
    outgoingEnqueueCombi(subscribers: readonly { clientId: string; qos: number }[], packet: Publish) {
      for (const subscriber of subscribers) enqueue(subscriber, packet);
      return done;
    },
    // What goes out at QoS 0 was never kept.
    outgoingUpdate: ({ id }: ClientId, packet: Outgoing) =>
      packet.qos === 0 || sessions.queueOf(keyOf(id))?.update(packet) ? done : missing,
    outgoingClearMessageId: ({ id }: ClientId, packet: Outgoing) =>
      settled(sessions.queueOf(keyOf(id))?.take(packet)),
    outgoingStream: ({ id }: ClientId) => Readable.from(sessions.queueOf(keyOf(id))?.waiting() ?? []),

    incomingStorePacket({ id }: ClientId, { messageId }: Outgoing) {
      const ids = unreleased.get(id) ?? new Set();
      if (unreleased.size >= maxClients && !unreleased.has(id)) unreleased.clear();
      unreleased.set(id, ids);
      if (messageId !== undefined) ids.add(messageId);
      return done;
    },
    incomingGetPacket: ({ id }: ClientId, packet: Outgoing) =>
      isUnreleased(id, packet) ? settled(packet) : missing,
    incomingDelPacket({ id }: ClientId, packet: Outgoing) {
      if (!isUnreleased(id, packet)) return missing;
      unreleased.get(id)?.delete(packet.messageId);
      return done;
    },
    cleanIncoming({ id }: ClientId) {
      unreleased.delete(id);
      return done;
    },

    // A last will lives in its connection. Were it kept here, aedes would publish it for a client that is connected
    // whenever the wall clock leaps forward.
    putWill: () => done,
    delWill: () => done,
    streamWill: () => Readable.from([]),
  };
}
