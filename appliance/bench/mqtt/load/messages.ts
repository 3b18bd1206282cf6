import { generate } from 'mqtt-packet';
import type { Work } from './work.ts';

/** Messages of one publisher, encoded before the work begins. */
export interface Messages {
  /** Of one write. */
  readonly each: number;
  next(): Buffer;
}

const timeBytes = 8;

/** Of a paced message, when it was written. */
export const timeAt = (bytes: Buffer, payload: number): number => bytes.readDoubleLE(payload);

/** QoS 1 packet ids go round within twice the window, so that none is used again before it was acknowledged. */
export function encodeMessages(
  topic: string,
  { qos, payloadBytes, pace }: Omit<Work, 'subscribers'>,
): Messages {
  const payload = Buffer.alloc(Math.max(payloadBytes, timeBytes), 0x55);
  const encode = (messageId: number) =>
    generate({ cmd: 'publish', topic, payload, qos, dup: false, retain: false, messageId });

  if ('perSecond' in pace) {
    const message = encode(1);
    const payloadAt = message.length - payload.length;
    let id = 0;
    return {
      each: 1,
      next() {
        const copy = Buffer.from(message);
        copy.writeDoubleLE(performance.now(), payloadAt);
        id = (id % 0xffff) + 1;
        if (qos > 0) copy.writeUInt16BE(id, payloadAt - 2);
        return copy;
      },
    };
  }
  const { burst, window } = pace.flood;
  const writes = qos === 0 ? 1 : Math.ceil((2 * window) / burst);
  const encoded = Array.from({ length: writes }, (_, write) =>
    Buffer.concat(Array.from({ length: burst }, (_unused, at) => encode(write * burst + at + 1))),
  );
  let turn = 0;
  return {
    each: burst,
    next() {
      const packets = encoded[turn % writes];
      turn += 1;
      return packets ?? Buffer.alloc(0);
    },
  };
}
