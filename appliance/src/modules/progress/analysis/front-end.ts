import { fingers } from '../../../../contract/glove-frame.ts';
import { parameters } from './parameters.ts';
import { type Recording, type Stretch, samplesIn } from './recording.ts';
import { interpolated, withoutSpikes } from './resampling.ts';
import { at } from './signal.ts';

/** Samples at `parameters.rateHz` without a hole: a signal per channel asked for, all equally long. */
export interface Run {
  /** Epoch µs of the first sample. */
  readonly startUs: number;
  readonly signals: readonly Float64Array[];
}

export interface FrontEnd {
  readonly runs: readonly Run[];
  /** Share of the samples, between the recording's first and last, that are not there in all of the channels. */
  readonly missing: number;
  /** How long the runs are together. There are none where that is more than `parameters.longestSeconds`. */
  readonly seconds: number;
  /** The slowest rate that samples were taken at. */
  readonly slowestHz: number;
}

/** The recording has this channel somewhere. */
export const hasChannel = ({ stretches }: Recording, name: string): boolean =>
  stretches.some(({ channels }) => (channels[name]?.length ?? 0) > 0);

/**
 * Brings some channels of a recording to one rate. A sample counts when all of them have a number there that a hand can
 * bring about; samples that repeat a time already passed are left out.
 */
export function brought(recording: Recording, names: readonly string[]): FrontEnd {
  const rows = rowsOf(recording.stretches, names);
  const pieces = splitAtGaps(rows.times);
  const lasting = pieces.reduce((sum, [from, to]) => sum + at(rows.times, to - 1) - at(rows.times, from), 0);
  const seconds = lasting / 1e6 + pieces.length / parameters.rateHz;
  return {
    runs: seconds > parameters.longestSeconds ? [] : pieces.map(([from, to]) => runOf(rows, from, to)),
    missing: rows.expected === 0 ? 1 : Math.max(0, 1 - rows.times.length / rows.expected),
    seconds,
    slowestHz: rows.slowestHz,
  };
}

interface Rows {
  /** Epoch µs that the times count from: numbers near today's epoch have no room for fractions. */
  readonly baseUs: number;
  readonly times: Float64Array;
  readonly values: readonly Float64Array[];
  readonly expected: number;
  readonly slowestHz: number;
}

function rowsOf(stretches: readonly Stretch[], names: readonly string[]): Rows {
  const ordered = stretches.filter((stretch) => samplesIn(stretch) > 0).sort((a, b) => a.t0Us - b.t0Us);
  const room = ordered.reduce((sum, stretch) => sum + samplesIn(stretch), 0);
  const times = new Float64Array(room);
  const values = names.map(() => new Float64Array(room));
  const limits = names.map(plausible);
  const baseUs = ordered[0]?.t0Us ?? 0;
  let kept = 0;
  let expected = 0;
  let slowestHz = Number.POSITIVE_INFINITY;
  let passed = Number.NEGATIVE_INFINITY;
  for (const stretch of ordered) {
    const stepUs = 1e6 / stretch.rateHz;
    const sources = names.map((name) => stretch.channels[name] ?? new Float64Array(0));
    const start = stretch.t0Us - baseUs;
    const count = samplesIn(stretch);
    const before = kept;
    if (passed > Number.NEGATIVE_INFINITY) expected += Math.max(0, (start - passed) / stepUs - 1);
    for (let i = 0; i < count; i++) {
      const time = start + i * stepUs;
      if (time <= passed) continue;
      passed = time;
      expected++;
      // A channel that ends early reads as undefined, which is in no range.
      if (!sources.every((source, channel) => isWithin(at(source, i), limits[channel]))) continue;
      times[kept] = time;
      sources.forEach((source, channel) => {
        (values[channel] as Float64Array)[kept] = at(source, i);
      });
      kept++;
    }
    if (kept > before) slowestHz = Math.min(slowestHz, stretch.rateHz);
  }
  return {
    baseUs,
    times: times.subarray(0, kept),
    values: values.map((channel) => channel.subarray(0, kept)),
    expected,
    slowestHz,
  };
}

type Limits = readonly [number, number];

function plausible(channel: string): Limits {
  const { curl, gyro, acceleration } = parameters.plausible;
  if ((fingers as readonly string[]).includes(channel)) return curl;
  return channel.startsWith('g') ? gyro : acceleration;
}

/** False of NaN, too. */
const isWithin = (value: number, limits: Limits | undefined): boolean =>
  limits !== undefined && value >= limits[0] && value <= limits[1];

/** Clocks are aligned to within some microseconds, so a gap of just the limit may look longer. */
const tolerance = 1.001;

/** A sample that has no neighbour within the limit is no piece: nothing moves in it. */
function splitAtGaps(times: Float64Array): [number, number][] {
  const longest = parameters.longestGapMs * 1000 * tolerance;
  const pieces: [number, number][] = [];
  let from = 0;
  for (let i = 1; i <= times.length; i++) {
    if (i < times.length && at(times, i) - at(times, i - 1) <= longest) continue;
    if (i - from > 1) pieces.push([from, i]);
    from = i;
  }
  return pieces;
}

function runOf({ baseUs, times, values }: Rows, from: number, to: number): Run {
  const moments = times.subarray(from, to);
  const signals = values.map((channel) =>
    interpolated(
      moments,
      withoutSpikes(channel.subarray(from, to), parameters.spikeSteps),
      1e6 / parameters.rateHz,
    ),
  );
  return { startUs: baseUs + at(moments, 0), signals };
}
