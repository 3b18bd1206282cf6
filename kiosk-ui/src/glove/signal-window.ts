/** Samples that belong together: their times and, a row each, what every channel had. */
export interface Samples {
  /** Device time of the first, seconds. */
  readonly from: number;
  /** Seconds from one to the next. */
  readonly step: number;
  readonly count: number;
  /** Whether samples are missing, or the glove began anew, right before these. */
  readonly afterGap: boolean;
  /** Physical value of a channel in one of the samples. */
  value(channel: number, sample: number): number;
}

/** A gap of its own makes the pen leave the paper: a line across it would be made up. */
type Trace = (number | null)[];

/** Newest, smallest and largest value; null where there is none. */
export interface Extremes {
  readonly now: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

/**
 * The last seconds of a glove's channels, as a plotter takes them: times, then a trace for each channel, with null
 * where nothing is known.
 */
export function createSignalWindow(channels: number, seconds: number) {
  let times: number[] = [];
  let traces: Trace[] = Array.from({ length: channels }, () => []);
  /** How many at the front have left the window; they are dropped many at a time. */
  let passed = 0;

  function put(time: number, valueAt: (channel: number) => number | null): void {
    times.push(time);
    for (const [channel, trace] of traces.entries()) trace.push(valueAt(channel));
  }

  function forget(newest: number): void {
    while (passed < times.length && (times[passed] ?? newest) < newest - seconds) passed += 1;
    if (passed < 500) return;
    times = times.slice(passed);
    traces = traces.map((trace) => trace.slice(passed));
    passed = 0;
  }

  return {
    add({ from, step, count, afterGap, value }: Samples): void {
      const last = times.at(-1);
      // The glove began anew, or its clock was set: what was before cannot stand on the same axis.
      if (last !== undefined && from <= last) this.clear();
      else if (last !== undefined && afterGap) put((last + from) / 2, () => null);
      for (let at = 0; at < count; at++) put(from + at * step, (channel) => value(channel, at));
      forget(from + count * step);
    },
    clear(): void {
      times = [];
      traces = traces.map(() => []);
      passed = 0;
    },
    /** Time of the newest sample; undefined before the first. */
    newest: (): number | undefined => times.at(-1),
    /** Lasting references: what a later `add` appends is seen in them until some are dropped. */
    data: (): { times: readonly number[]; traces: readonly (readonly (number | null)[])[] } => ({
      times,
      traces,
    }),
    /** What each channel did in the window: null where nothing is known. */
    extremes: (): Extremes[] => traces.map((trace) => extremesOf(trace.slice(passed))),
  };
}

function extremesOf(trace: Trace): Extremes {
  const known = trace.filter((value) => value !== null);
  return {
    now: known.at(-1) ?? null,
    least: known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b)),
    most: known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b)),
  };
}
export type SignalWindow = ReturnType<typeof createSignalWindow>;
