import { generate } from 'mqtt-packet';
import { encodeFrame } from '../../../contract/glove-frame.ts';
import type { Messages } from '../../mqtt/load/messages.ts';
import { channels, dtUs, sampleOf } from '../hands.ts';

export const samplesPerFrame = 5;

const headerBytes = 24;
const numberAt = 4;
const timeAt = 8;

/** Number of the first sample of a frame that was received. */
export const numberIn = (bytes: Buffer, payload: number): number => bytes.readUInt32LE(payload + numberAt);

export interface FrameMessages extends Messages {
  /** Of the next sample. */
  readonly number: () => number;
}

/**
 * What one glove publishes, frame by frame, numbered from `from` on: encoded once, and only numbers, times and values
 * are written anew. `leaves` hears the number of each.
 */
export function frameMessages(
  topic: string,
  glove: number,
  from: number,
  leaves: (number: number) => void,
): FrameMessages {
  const frame = encodeFrame({
    flags: { calibrated: false, deviceAuto: false, left: glove % 2 === 0 },
    ...{ seq: 0, t0Us: 0, dtUs, count: samplesPerFrame, layoutId: channels, channels },
    values: new Int16Array(samplesPerFrame * channels),
  });
  const payload = Buffer.from(frame);
  const packet = generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false });
  const payloadAt = packet.length - payload.length;
  let number = from;
  return {
    each: 1,
    next() {
      const copy = Buffer.from(packet);
      copy.writeUInt32LE(number, payloadAt + numberAt);
      copy.writeBigUInt64LE(BigInt(number) * BigInt(dtUs), payloadAt + timeAt);
      const { values, at } = sampleOf(glove, number);
      for (let index = 0; index < samplesPerFrame * channels; index += 1) {
        copy.writeInt16LE(values[at + index] ?? 0, payloadAt + headerBytes + index * 2);
      }
      leaves(number);
      number += samplesPerFrame;
      return copy;
    },
    number: () => number,
  };
}
