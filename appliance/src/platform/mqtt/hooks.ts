import type { AedesOptions, Client, PublishPacket } from 'aedes';
import type { Logger } from 'pino';
import type { Clients, SignedIn } from './clients.ts';
import { createForwarding } from './forwarding.ts';
import type { BrokerLimits } from './limits.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import { type Outcome, type Receiver, toBuffer } from './receiver.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { TopicRegistry } from './topic-registry.ts';

export interface HookParts {
  readonly registry: TopicRegistry;
  readonly clients: Clients;
  readonly receiver: Receiver;
  readonly refusals: RefusalLog;
  readonly limits: BrokerLimits;
  readonly metrics: MqttMetrics;
  readonly logger: Logger;
  /** The appliance going away says nothing about its devices: last wills are not published then. */
  readonly stopping: () => boolean;
}

type Hooks = Required<Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>;
type Done = (error?: Error | null) => void;

/** What aedes asks about every message and subscription. All of it fails closed, also when it throws. */
export function createHooks(parts: HookParts): Hooks {
  const { registry, clients, receiver, refusals, limits, metrics, logger } = parts;

  const forward = createForwarding(registry, limits, metrics);

  /** Whatever goes wrong while a question is answered, the answer is no and the connection is cut. */
  const orCut = <Answer>(client: Client, no: Answer, reply: () => Answer): Answer => {
    try {
      return reply();
    } catch (error) {
      logger.error({ err: error }, 'the MQTT broker failed');
      client.conn.destroy(error instanceof Error ? error : new Error('unknown failure'));
      return no;
    }
  };

  const mayFollow = ({ identity, filters }: SignedIn, filter: string): boolean => {
    const room = filters.has(filter) || filters.size < limits.subscriptionsPerClient;
    return room && registry.maySubscribe(identity, filter);
  };

  return {
    authorizePublish(client, packet, done) {
      const sender = client ? clients.of(client) : undefined;
      const isWill = packet === sender?.will;
      if (sender === undefined || (isWill && parts.stopping())) {
        done(new Error('not authorized'));
        return;
      }
      const outcome = receiver.receive({
        topic: packet.topic,
        payload: toBuffer(packet.payload),
        retain: packet.retain,
        will: isWill,
        identity: sender.identity,
      });
      sender.lane(outcome, (settled) => {
        orCut(sender.client, undefined, () => (isWill ? settleWill : settle)(settled, packet, done));
      });
    },

    authorizeSubscribe(client, subscription, done) {
      const { topic, qos } = subscription;
      const reader = clients.of(client);
      const granted = orCut(client, false, () => reader !== undefined && mayFollow(reader, topic));
      if (granted) reader?.filters.set(topic, qos);
      else if (reader) refusals.request('subscribe', reader.identity);
      done(null, granted ? subscription : null);
    },

    authorizeForward: (client, packet) =>
      orCut(client, null, () => {
        const reader = clients.of(client);
        return reader === undefined ? null : forward(reader, packet);
      }),
  };
}

function settle(outcome: Outcome, packet: PublishPacket, done: Done): void {
  if (outcome === 'failed' && packet.qos > 0) {
    done(new Error('not stored'));
    return;
  }
  if (outcome !== 'accepted') discard(packet);
  done(null);
}

const settleWill = (outcome: Outcome, _packet: PublishPacket, done: Done): void =>
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
