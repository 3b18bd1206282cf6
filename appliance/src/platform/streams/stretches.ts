import { type Chunk, extentOf, presentIn, type StreamChannel, type Values } from './chunk.ts';

/** Samples without a hole: sample i is of the time `t0Us + i × dtUs`. */
export interface Stretch {
  readonly run: string;
  readonly seq: number;
  /** Epoch µs. */
  readonly t0Us: number;
  readonly dtUs: number;
  readonly count: number;
  readonly channels: readonly StreamChannel[];
  /** Of each channel, as measured. */
  readonly values: readonly Values[];
}

/** The stretches of a decoded chunk, cut at its holes. */
export function stretchesOf(chunk: Chunk, values: readonly Values[]): Stretch[] {
  const { run, seq, t0Us, dtUs, channels } = chunk;
  let index = 0;
  return presentIn(chunk).map(({ from, to }) => {
    const first = index;
    index += to - from;
    return {
      run,
      seq: from,
      t0Us: t0Us + (from - seq) * dtUs,
      dtUs,
      count: to - from,
      channels,
      values: values.map((channel) => channel.subarray(first, index)),
    };
  });
}

/** Whether the second goes on where the first ends, in its numbers and, to half a sample, in time. */
function goesOn(first: Stretch, second: Stretch): boolean {
  const endsAtUs = first.t0Us + first.count * first.dtUs;
  return (
    first.run === second.run &&
    first.seq + first.count === second.seq &&
    first.dtUs === second.dtUs &&
    Math.abs(endsAtUs - second.t0Us) <= first.dtUs / 2 &&
    JSON.stringify(first.channels) === JSON.stringify(second.channels) &&
    first.values.every((values, index) => values.constructor === second.values[index]?.constructor)
  );
}

/** In order of time, and put together where only the border of a chunk parts them. */
export function inOrder(stretches: readonly Stretch[]): Stretch[] {
  const groups: Stretch[][] = [];
  for (const stretch of stretches.toSorted((a, b) => a.t0Us - b.t0Us)) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && goesOn(last, stretch)) groups.at(-1)?.push(stretch);
    else groups.push([stretch]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const count = group.reduce((sum, stretch) => sum + stretch.count, 0);
    const values = first.channels.map((_, channel) =>
      group.length === 1 ? (first.values[channel] ?? new Int16Array()) : concatenated(group, channel, count),
    );
    return { ...first, count, values };
  });
}

function concatenated(group: readonly Stretch[], channel: number, count: number): Values {
  const all =
    group[0]?.values[channel] instanceof Float32Array ? new Float32Array(count) : new Int16Array(count);
  let at = 0;
  for (const stretch of group) {
    all.set(stretch.values[channel] ?? [], at);
    at += stretch.count;
  }
  return all;
}

/** The values of each channel in its unit, by its name. */
export const physical = ({ channels, values }: Stretch): Record<string, Float64Array> =>
  Object.fromEntries(
    channels.map(({ name, scale, offset }, index) => [
      name,
      Float64Array.from(values[index] ?? [], (value) => value * scale + offset),
    ]),
  );

/** Samples missing among chunks of one run that are in order, holes included. */
export function lostAmong(chunks: readonly Pick<Chunk, 'run' | 'seq' | 'count' | 'holes'>[]): number {
  let lost = 0;
  for (const [index, chunk] of chunks.entries()) {
    lost += extentOf(chunk) - chunk.count;
    const next = chunks[index + 1];
    if (next?.run === chunk.run) lost += Math.max(0, next.seq - chunk.seq - extentOf(chunk));
  }
  return lost;
}
