import { isPlainTopic } from './topic-path.ts';

/** A message of QoS 0 that is not retained. */
export interface Sample {
  readonly topic: string;
  /** A view of the bytes that came, not a copy. */
  readonly payload: Buffer;
  /** The whole PUBLISH as it came, which is also how it goes on. */
  readonly packet: Buffer;
}

/** The first byte of such a PUBLISH: QoS 0, neither DUP nor RETAIN. */
export const sampleType = 0x30;

/**
 * Reads samples straight from the bytes of one connection, which repeat their topic more often than not. Whatever is
 * odd about a packet is left to mqtt-packet and aedes, so that there is one judge of what is malformed.
 */
export function createSampleReader() {
  let lastTopic = '';
  let lastTopicBytes = Buffer.alloc(0);

  const topicAt = (bytes: Buffer, from: number, to: number): string | null => {
    if (to - from === lastTopicBytes.length && bytes.compare(lastTopicBytes, 0, to - from, from, to) === 0) {
      return lastTopic;
    }
    const topic = bytes.toString('utf8', from, to);
    if (!isPlainTopic(topic)) return null;
    lastTopic = topic;
    lastTopicBytes = Buffer.from(bytes.subarray(from, to));
    return topic;
  };

  return {
    /** Hands on the samples that begin at the first byte of these whole packets; returns how many bytes they take. */
    read(bytes: Buffer, take: (sample: Sample) => void): number {
      let at = 0;
      while (bytes[at] === sampleType) {
        let header = at + 1;
        let length = 0;
        for (let weight = 1, more = true; more; weight *= 128) {
          const byte = bytes[header] ?? 0;
          length += (byte & 0x7f) * weight;
          more = byte >= 0x80;
          header += 1;
        }
        const end = header + length;
        const topicFrom = header + 2;
        const topicTo = topicFrom + ((bytes[header] ?? 0) << 8) + (bytes[header + 1] ?? 0);
        // A length in more bytes than it needs is allowed, but not how this server writes it.
        const padded = header - at > 2 && (bytes[header - 1] ?? 0) === 0;
        if (end > bytes.length || topicTo > end || topicTo === topicFrom || padded) return at;
        const topic = topicAt(bytes, topicFrom, topicTo);
        if (topic === null) return at;
        take({ topic, payload: bytes.subarray(topicTo, end), packet: bytes.subarray(at, end) });
        at = end;
      }
      return at;
    },
  };
}
export type SampleReader = ReturnType<typeof createSampleReader>;
