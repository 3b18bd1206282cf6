import type { QoS } from './topic.ts';

const publish = 0x30;

/** A PUBLISH without flags. At QoS 1 its packet id is 0 until it is put in, at `idAt`. */
export function encodePublish(topic: string, payload: Buffer, qos: Exclude<QoS, 2>): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const length = 2 + topicBytes + 2 * qos + payload.length;
  const header = 2 + Number(length > 0x7f) + Number(length > 0x3fff) + Number(length > 0x1f_ffff);
  const packet = Buffer.allocUnsafe(header + length);
  packet[0] = publish | (qos << 1);
  let rest = length;
  for (let at = 1; at < header; at += 1) {
    packet[at] = (rest & 0x7f) | (at < header - 1 ? 0x80 : 0);
    rest >>>= 7;
  }
  packet[header] = topicBytes >> 8;
  packet[header + 1] = topicBytes;
  packet.write(topic, header + 2);
  const at = header + 2 + topicBytes;
  if (qos === 1) packet[at] = packet[at + 1] = 0;
  packet.set(payload, at + 2 * qos);
  return packet;
}

/** Where, in a PUBLISH of QoS 1 with that payload, the packet id is. */
export const idAt = (packet: Buffer, payload: Buffer): number => packet.length - payload.length - 2;

export function putId(packets: Buffer, at: number, id: number): void {
  packets[at] = id >> 8;
  packets[at + 1] = id;
}
