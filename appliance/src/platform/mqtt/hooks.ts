import type { AedesOptions, PublishPacket } from 'aedes';
import type { Clients, SignedIn } from './clients.ts';
import type { FailClosed } from './fail-closed.ts';
import type { Forward } from './forwarding.ts';
import type { Intake } from './intake.ts';
import type { BrokerLimits } from './limits.ts';
import { type Outcome, toBuffer } from './receiver.ts';
import type { RefusalLog } from './refusal-log.ts';
import { isDeeperThan } from './topic-path.ts';
import type { TopicRegistry } from './topic-registry.ts';

export interface HookParts {
  readonly registry: TopicRegistry;
  readonly clients: Clients;
  readonly intake: Intake;
  readonly forward: Forward;
  readonly refusals: RefusalLog;
  readonly limits: BrokerLimits;
  readonly failClosed: FailClosed;
  /** The appliance going away says nothing about its devices: last wills are not published then. */
  readonly stopping: () => boolean;
}

type Hooks = Required<
  Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward' | 'published'>
>;
type Done = (error?: Error | null) => void;

/** What aedes asks about every message and subscription. All of it fails closed, also when it throws. */
export function createHooks(parts: HookParts): Hooks {
  const { registry, clients, intake, refusals, limits, failClosed } = parts;

  const mayFollow = ({ identity, filters }: SignedIn, filter: string): boolean => {
    const room = filters.has(filter) || filters.size < limits.subscriptionsPerClient;
    return room && !isDeeperThan(limits.topicLevels, filter) && registry.maySubscribe(identity, filter);
  };

  /** A last will speaks for a device, so it is told by the last of its connections. */
  const isLast = ({ id, identity }: SignedIn): boolean =>
    clients.named(identity.name).every((other) => other.id === id);

  return {
    authorizePublish(client, packet, done) {
      const sender = client ? clients.of(client) : undefined;
      const isWill = packet === sender?.will;
      if (sender === undefined || (isWill && (parts.stopping() || !isLast(sender)))) {
        done(new Error('not authorized'));
        return;
      }
      const { topic, qos, retain } = packet;
      const sent = { topic, payload: toBuffer(packet.payload), qos, retain };
      if (isWill) intake.will(sender, sent, (outcome) => settleWill(outcome, done));
      else
        intake.message(sender, sent, (outcome) => {
          if (outcome === 'failed' && qos > 0) sender.connection.cut('not_stored');
          settle(outcome, packet, done);
        });
    },

    published(packet, client, done) {
      if (client && packet.qos === 1) clients.of(client)?.order.published();
      done();
    },

    authorizeSubscribe(client, subscription, done) {
      const { topic, qos } = subscription;
      const reader = clients.of(client);
      const granted = failClosed(client, false, () => reader !== undefined && mayFollow(reader, topic));
      if (granted) reader?.filters.set(topic, qos);
      else if (reader) refusals.request('subscribe', reader.identity);
      // Of filters that overlap aedes lets the first one deliver, at its own quality of service. So all of them are at
      // the best one inside, while the client is told what it asked for, and each delivery is lowered to what was granted.
      done(null, granted ? { ...subscription, qos: 2 } : null);
    },

    authorizeForward: (client, packet) =>
      failClosed(client, null, () => {
        const reader = clients.of(client);
        return reader === undefined ? null : parts.forward(reader, packet);
      }),
  };
}

function settle(outcome: Outcome, packet: PublishPacket, done: Done): void {
  if (outcome === 'failed' && packet.qos > 0) {
    done(new Error('not stored'));
    return;
  }
  // That it was sent again is between its sender and this broker [MQTT-3.3.1-3].
  packet.dup = false;
  if (outcome !== 'accepted') discard(packet);
  done(null);
}

const settleWill = (outcome: Outcome, done: Done): void =>
  done(outcome === 'accepted' ? null : new Error(outcome));

/**
 * aedes can accept a message or close the connection. [MQTT-3.3.5-2] allows a third way: acknowledge it and go no
 * further. So a refused message goes on, empty, to a topic that nobody can subscribe to.
 */
function discard(packet: PublishPacket): void {
  packet.topic = '$refused';
  packet.payload = Buffer.alloc(0);
  packet.retain = false;
}
