/** What the bytes of a client do that no client may; the label under which it is counted. */
export type Violation =
  | 'not_connect_first'
  | 'second_connect'
  | 'server_packet'
  | 'malformed_length'
  | 'packet_too_large';

/** Follows the boundaries of packets in a byte stream without keeping any of it. */
export interface PacketScanner {
  /** Looks at the next bytes of the stream; what follows a violation is not looked at. */
  scan(bytes: Buffer): Violation | null;
  /** Where, in the bytes scanned last, a packet ends that began before them: 0 for none, -1 when it goes on after them. */
  firstEnd(): number;
  /** Where, in the bytes scanned last, a packet begins that goes on after them; their length when none does. */
  lastBegin(): number;
  /** Lets later packets be as large as this. */
  allow(packetBytes: number): void;
}

const connect = 1;
/** MQTT 3.1.1 table 2.1: CONNACK, SUBACK, UNSUBACK and PINGRESP come from the server; 0 and 15 are reserved. */
const neverFromClient = new Set([0, 2, 9, 11, 13, 15]);

export function createPacketScanner(firstPacketBytes: number): PacketScanner {
  let limit = firstPacketBytes;
  let connected = false;
  let expecting: 'type' | 'length' | 'body' = 'type';
  let weight = 1;
  let length = 0;
  let firstEnd = 0;
  let lastBegin = 0;

  const readType = (byte: number): Violation | null => {
    const type = byte >> 4;
    if (!connected && type !== connect) return 'not_connect_first';
    if (connected && type === connect) return 'second_connect';
    connected = true;
    expecting = 'length';
    weight = 1;
    length = 0;
    return neverFromClient.has(type) ? 'server_packet' : null;
  };
  const readLength = (byte: number): Violation | null => {
    length += (byte & 0x7f) * weight;
    if (length > limit) return 'packet_too_large';
    if (byte < 0x80) expecting = length > 0 ? 'body' : 'type';
    else if (weight === 128 ** 3) return 'malformed_length';
    weight *= 128;
    return null;
  };

  return {
    scan(bytes) {
      firstEnd = expecting === 'type' ? 0 : -1;
      lastBegin = firstEnd;
      let at = 0;
      while (at < bytes.length) {
        if (expecting === 'body') {
          const step = Math.min(length, bytes.length - at);
          at += step;
          length -= step;
          if (length > 0) break;
          expecting = 'type';
        } else {
          const byte = bytes[at] ?? 0;
          at += 1;
          const violation = expecting === 'type' ? readType(byte) : readLength(byte);
          if (violation !== null) return violation;
        }
        if (expecting === 'type') {
          if (firstEnd < 0) firstEnd = at;
          lastBegin = at;
        }
      }
      return null;
    },
    firstEnd: () => firstEnd,
    lastBegin: () => lastBegin,
    allow(packetBytes) {
      limit = packetBytes;
    },
  };
}
