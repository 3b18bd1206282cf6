import type { Samples } from '../stream-store.ts';

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
