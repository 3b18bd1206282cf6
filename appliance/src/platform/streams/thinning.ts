import type { Piece, StreamChannel } from './chunk.ts';
import type { Stretch } from './stretches.ts';

/** What remains of a stream once every sample is not needed any more. */
const thinnedUs = 100_000;
const summaryUs = 1_000_000;
/** The two lowest bits are noise for whoever looks at a tenth of a second. */
const thinnedStep = 4;

interface Bin {
  readonly number: number;
  readonly run: string;
  readonly channels: readonly StreamChannel[];
  count: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
}

const emptyBin = (number: number, { run, channels }: Stretch): Bin => ({
  number,
  run,
  channels,
  count: 0,
  sum: new Float64Array(channels.length),
  squares: new Float64Array(channels.length),
  least: new Float64Array(channels.length).fill(Number.POSITIVE_INFINITY),
  most: new Float64Array(channels.length).fill(Number.NEGATIVE_INFINITY),
});

/** All samples by the spans of venue time they are in. A span that is empty is missing. */
function* binsOf(stretches: readonly Stretch[], spanUs: number): Generator<Bin> {
  let bin: Bin | undefined;
  for (const stretch of stretches) {
    for (let index = 0; index < stretch.count; index += 1) {
      const number = Math.floor((stretch.t0Us + index * stretch.dtUs) / spanUs);
      const sameKind = bin?.run === stretch.run && bin.channels.length === stretch.channels.length;
      // Time never goes back within a run; where it seems to, by rounding, the span before takes it.
      if (bin === undefined || !sameKind || number > bin.number) {
        if (bin !== undefined) yield bin;
        bin = emptyBin(number, stretch);
      }
      take(bin, stretch, index);
    }
  }
  if (bin !== undefined) yield bin;
}

function take(bin: Bin, { values }: Stretch, index: number): void {
  bin.count += 1;
  for (const [channel, all] of values.entries()) {
    const value = all[index] ?? 0;
    bin.sum[channel] = (bin.sum[channel] ?? 0) + value;
    bin.squares[channel] = (bin.squares[channel] ?? 0) + value * value;
    bin.least[channel] = Math.min(bin.least[channel] ?? value, value);
    bin.most[channel] = Math.max(bin.most[channel] ?? value, value);
  }
}

const clipped = (value: number): number => Math.max(-32_768, Math.min(32_767, value));

/** The mean of each tenth of a second, in steps of four. */
export function thinned(streamId: string, stretches: readonly Stretch[]): Piece[] {
  const isWhole = stretches.every(({ values }) => values[0] instanceof Int16Array);
  return [...binsOf(stretches, thinnedUs)].map((bin) => {
    const means = Array.from(bin.sum, (sum) => sum / bin.count);
    const values = isWhole
      ? Int16Array.from(means, (mean) => clipped(Math.round(mean / thinnedStep) * thinnedStep))
      : Float32Array.from(means);
    return ofBin(streamId, bin, thinnedUs, bin.channels, values);
  });
}

/** Least, most, mean and standard deviation of each second: four channels for one. */
export function summary(streamId: string, stretches: readonly Stretch[]): Piece[] {
  return [...binsOf(stretches, summaryUs)].map((bin) => {
    const channels = bin.channels.flatMap((channel) => [
      { ...channel, name: `${channel.name}_min` },
      { ...channel, name: `${channel.name}_max` },
      { ...channel, name: `${channel.name}_mean` },
      { ...channel, name: `${channel.name}_std`, offset: 0 },
    ]);
    const values = Float32Array.from(
      bin.channels.flatMap((_, index) => {
        const mean = (bin.sum[index] ?? 0) / bin.count;
        const variance = (bin.squares[index] ?? 0) / bin.count - mean * mean;
        return [bin.least[index] ?? 0, bin.most[index] ?? 0, mean, Math.sqrt(Math.max(0, variance))];
      }),
    );
    return ofBin(streamId, bin, summaryUs, channels, values);
  });
}

const ofBin = (
  streamId: string,
  { run, number }: Bin,
  spanUs: number,
  channels: readonly StreamChannel[],
  values: Piece['values'],
): Piece => ({
  streamId,
  run,
  seq: number,
  t0Us: number * spanUs,
  dtUs: spanUs,
  count: 1,
  channels,
  holes: [],
  values,
});
