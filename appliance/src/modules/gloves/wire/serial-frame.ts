import {
  decodeFrame,
  encodeFrame,
  type FrameProblem,
  type GloveFrame,
} from '../../../../contract/glove-frame.ts';
import { crc16 } from './checksum.ts';
import { stuff, unstuff } from './cobs.ts';

/** 100 samples of 20 channels: a second of a glove that has much to say. */
const longestPacket = 4_096;
const checksumBytes = 2;

export type SerialFrameProblem =
  | FrameProblem
  | 'frame_first'
  | 'frame_too_long'
  | 'frame_stuffing'
  | 'frame_checksum';
export type SerialFrame =
  | { readonly ok: true; readonly frame: GloveFrame }
  | { readonly ok: false; readonly code: SerialFrameProblem };

/** A frame for a serial line: its bytes and their CRC-16/CCITT, little-endian, stuffed, with a zero on both sides. */
export function encodeSerialFrame(frame: GloveFrame): Uint8Array {
  const bytes = encodeFrame(frame);
  const checked = new Uint8Array(bytes.length + checksumBytes);
  checked.set(bytes);
  new DataView(checked.buffer).setUint16(bytes.length, crc16(bytes), true);
  const stuffed = stuff(checked);
  const packet = new Uint8Array(stuffed.length + 2);
  packet.set(stuffed, 1);
  return packet;
}

function readPacket(stuffed: Uint8Array): SerialFrame {
  const checked = unstuff(stuffed);
  if (checked === null || checked.length < checksumBytes) return { ok: false, code: 'frame_stuffing' };
  const bytes = checked.subarray(0, -checksumBytes);
  const low = checked.at(-2) ?? 0;
  const high = checked.at(-1) ?? 0;
  if (crc16(bytes) !== (low | (high << 8))) return { ok: false, code: 'frame_checksum' };
  return decodeFrame(bytes);
}

/** Bytes, in whatever pieces they come, → frames. What comes before the first zero is the end of an unknown one. */
export function createSerialFrameSplitter() {
  const packet = new Uint8Array(longestPacket);
  let length = 0;
  let tooLong = false;
  let first = true;

  function end(): SerialFrame | null {
    const read = (): SerialFrame => {
      if (tooLong) return { ok: false, code: 'frame_too_long' };
      const frame = readPacket(packet.subarray(0, length));
      return first && !frame.ok ? { ok: false, code: 'frame_first' } : frame;
    };
    const frame = length === 0 ? null : read();
    length = 0;
    tooLong = false;
    first = false;
    return frame;
  }

  return {
    push(received: Uint8Array): SerialFrame[] {
      const frames: SerialFrame[] = [];
      for (const byte of received) {
        if (byte !== 0) {
          if (length === longestPacket) tooLong = true;
          else packet[length++] = byte;
          continue;
        }
        const frame = end();
        if (frame !== null) frames.push(frame);
      }
      return frames;
    },
  };
}
