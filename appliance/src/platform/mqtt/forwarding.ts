import type { AedesPublishPacket } from 'aedes';
import type { SignedIn } from './clients.ts';
import type { FanOut } from './fan-out.ts';
import type { BrokerLimits } from './limits.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import type { TopicRegistry } from './topic-registry.ts';

export type Forward = (reader: SignedIn, packet: AedesPublishPacket) => AedesPublishPacket | null;

/**
 * Decides on each delivery: only to those who may read the topic now, whatever they once subscribed to, and only as
 * long as they keep up. Whoever falls behind loses samples first and the connection next; nobody waits for it.
 */
export function createForwarding(
  registry: TopicRegistry,
  limits: BrokerLimits,
  metrics: MqttMetrics,
  fanOut: FanOut,
): Forward {
  return (reader, packet) => {
    const backlog = reader.connection.backlog;
    if (!registry.mayReceive(reader.identity, packet.topic)) {
      metrics.dropped('not_granted');
      return null;
    }
    fanOut.chosen(reader);
    if (backlog > limits.backlogBytes && packet.qos === 0) {
      metrics.dropped('slow_subscriber');
      return null;
    }
    if (backlog > limits.cutOffBytes) {
      // Not refused: nothing leaves a connection that is cut off, and its session, if it has one, keeps the message.
      metrics.dropped('cut_off');
      reader.connection.cut('too_slow');
      return packet;
    }
    metrics.message('sent');
    return atGrantedQos(packet, reader);
  };
}

/** At the best quality of service of all filters that the topic fits, and no better than it was sent [MQTT-3.3.5-1]. */
function atGrantedQos(packet: AedesPublishPacket, { filters }: SignedIn): AedesPublishPacket {
  if (packet.qos === 0) return packet;
  const qos = filters.bestFor(packet.topic);
  return qos < packet.qos ? { ...packet, qos } : packet;
}
