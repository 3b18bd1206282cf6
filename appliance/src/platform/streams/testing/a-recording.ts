import type { Piece } from '../chunk.ts';
import type { Samples } from '../stream-store.ts';
import type { NewFrame, Staged } from '../stream-writer.ts';

export const channels = ['a', 'b', 'c'].map((name) => ({ name, unit: '1', scale: 1, offset: 0 }));
const start = Date.UTC(2026, 5, 1, 12) * 1_000;
export const dtUs = 10_000;

/** The value that sample `number` has in a channel: whoever reads another has read a wrong number. */
export function valueAt(number: number, channel: number): number {
  const mixed = Math.imul(number * 3 + channel + 1, 2_654_435_761);
  return (Math.imul(mixed ^ (mixed >>> 15), 739_982_445) << 2) >> 16;
}

/** Samples `seq` to `seq + count` of a stream, at 100 Hz. */
export function someSamples(seq: number, count: number, { streamId = 's', run = 'r' } = {}): Samples {
  const values = Int16Array.from({ length: count * channels.length }, (_, index) =>
    valueAt(seq + Math.floor(index / channels.length), index % channels.length),
  );
  return { streamId, run, seq, t0Us: start + seq * dtUs, dtUs, count, channels, values };
}

/** The same as a frame that is to be staged. */
export function someFrame(seq: number, count: number, { streamId = 's' } = {}): NewFrame {
  const { values, t0Us } = someSamples(seq, count);
  const bytes = new Uint8Array(values.buffer.slice(0));
  return { streamId, number: seq, timeUs: t0Us, receivedUs: t0Us, arrivedUs: t0Us, endUs: null, bytes };
}

/** What was staged as such frames, in their order. */
export function piecesOfFrames({ frames }: Pick<Staged, 'frames'>, streamId = 's', run = 'r'): Piece[] {
  return frames
    .toSorted((a, b) => a.receivedUs - b.receivedUs)
    .map(({ receivedUs: t0Us, bytes }) => {
      const values = new Int16Array(bytes.slice().buffer);
      const seq = (t0Us - start) / dtUs;
      const count = values.length / channels.length;
      return { streamId, run, seq, t0Us, dtUs, count, channels, holes: [], values };
    });
}
