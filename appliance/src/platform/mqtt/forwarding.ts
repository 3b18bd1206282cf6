import type { AedesPublishPacket } from 'aedes';
import type { SignedIn } from './clients.ts';
import type { FanOut } from './fan-out.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import type { JudgeReader } from './slow-readers.ts';
import type { QoS } from './topic.ts';
import type { TopicRegistry } from './topic-registry.ts';

export type Forward = (reader: SignedIn, packet: AedesPublishPacket) => AedesPublishPacket | null;

/**
 * Decides on each delivery: only to those who may read the topic now, whatever they once subscribed to, and only as
 * long as they keep up.
 */
export function createForwarding(
  registry: TopicRegistry,
  judge: JudgeReader,
  metrics: MqttMetrics,
  fanOut: FanOut,
): Forward {
  return (reader, packet) => {
    if (!registry.mayReceive(reader.identity, packet.topic)) {
      metrics.dropped('not_granted');
      return null;
    }
    const qos = grantedQos(packet, reader);
    fanOut.chosen(reader, qos);
    const verdict = judge(reader, packet.qos, 1);
    if (verdict === 'skip') return null;
    // Not refused: nothing leaves a connection that is cut off, and its session, if it has one, keeps the message.
    if (verdict === 'gone') return packet;
    // aedes takes the id that a packet has, and finds one itself for those that are kept in a session.
    if (qos > 0 && reader.client.clean) return { ...packet, qos, messageId: reader.packetIds.next() };
    return qos === packet.qos ? packet : { ...packet, qos };
  };
}

/** The best quality of service of all filters that the topic fits, and no better than it was sent [MQTT-3.3.5-1]. */
function grantedQos({ topic, qos }: AedesPublishPacket, { filters }: SignedIn): QoS {
  if (qos === 0) return 0;
  const best = filters.bestFor(topic);
  return best < qos ? best : qos;
}
