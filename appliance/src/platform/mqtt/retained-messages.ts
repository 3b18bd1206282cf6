import { fits } from './filter-tree.ts';

export interface Retained {
  readonly topic: string;
  readonly payload: string | Buffer;
}

/** The last retained message of each topic, within a bound. */
export interface RetainedMessages<Packet extends Retained> {
  /** An empty payload forgets the topic. False when there is no room for it. */
  keep(packet: Packet): boolean;
  matching(filters: readonly string[]): Packet[];
  count(): number;
  bytes(): number;
}

export function createRetainedMessages<Packet extends Retained>(
  maxMessages: number,
  maxBytes: number,
): RetainedMessages<Packet> {
  const byTopic = new Map<string, Packet>();
  let bytes = 0;
  const sizeOf = (packet: Packet | undefined) =>
    packet === undefined ? 0 : packet.topic.length + packet.payload.length;

  return {
    keep(packet) {
      const before = byTopic.get(packet.topic);
      if (packet.payload.length === 0) {
        byTopic.delete(packet.topic);
        bytes -= sizeOf(before);
        return true;
      }
      const grown = bytes - sizeOf(before) + sizeOf(packet);
      if (grown > maxBytes || (before === undefined && byTopic.size >= maxMessages)) return false;
      byTopic.set(packet.topic, packet);
      bytes = grown;
      return true;
    },
    matching(filters) {
      const found = new Set<Packet>();
      for (const filter of filters) {
        const exact = byTopic.get(filter);
        if (exact !== undefined) found.add(exact);
        if (!/[+#]/u.test(filter)) continue;
        for (const packet of byTopic.values()) if (fits(filter, packet.topic)) found.add(packet);
      }
      return [...found];
    },
    count: () => byTopic.size,
    bytes: () => bytes,
  };
}
