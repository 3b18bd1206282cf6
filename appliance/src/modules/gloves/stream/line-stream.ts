import type { Layout } from '../../../../contract/glove-frame.ts';
import { type AlignmentRules, type ClockAlignment, createClockAlignment } from './clock-alignment.ts';
import { lowerLine } from './lower-line.ts';
import type { SampleBlock } from './sample-block.ts';
import { type Arrival, createVenueClock } from './venue-clock.ts';

/** A line that should have been a sample has no values: it is missing, and took its time. */
export type LineSample =
  | { readonly layout: Layout; readonly values: Int16Array }
  | { readonly layout?: undefined; readonly values: null };

export interface LineStreamDeps {
  /** Device name. */
  readonly glove: string;
  readonly newRun: () => string;
}

export interface LineStreamCounts {
  samples: number;
  /** Lines that were no samples, and pauses, as samples of the rate there was. */
  lost: number;
  pauses: number;
  runs: number;
}

/** A loop on a small board keeps its rate for a second or two, not for an hour. */
const loopRate: AlignmentRules = {
  windowUs: 1_000_000,
  mostWindows: 10,
  fewestWindows: 3,
  mostSlope: 0.2,
  slew: 0.05,
  stepUs: 250_000,
};
/** Rule `settles`: the rate is known after a second and ten lines. */
const settleUs = 1_000_000;
const settleLines = 10;
const longestSilenceUs = 2_000_000;
/** Of lines that all came in one moment, before any rate was known: 100 a second, the usual rate of gloves. */
const unknownPeriodUs = 10_000;
/** Rule `burst_or_pause`: lines this late after as long a silence are kept for a moment. Lateness that grew is a rate. */
const lateUs = 100_000;
const waitUs = 100_000;
/** Rule `another_rate`: what differs so much from the rate there was, or comes so much too soon, is measured anew. */
const anotherRate = 0.15;
const tooSoonUs = 250_000;
/** A glove that is heard of again after so long begins anew. */
const longestPauseUs = 10_000_000;
const slowestUs = 1_000_000;
const fastestUs = 500;

interface Batch {
  readonly samples: readonly LineSample[];
  readonly atUs: number;
}

/** One run of lines: they are numbered as they come, and each stands for one turn of the glove's loop. */
interface Run {
  name: string;
  layout: Layout | null;
  readonly periodUs: number;
  readonly alignment: ClockAlignment;
  /** Number of the next line. */
  next: number;
  lost: number;
  lastAtUs: number;
}

/**
 * Lines have no number and no time. Of a run of them the rate is worked out from their arrivals, by the ones that came
 * soonest; a line's time is its number at that rate. After silence two things may have happened. The lines were late,
 * and come in a heap: then they are spaced as ever (`burst`). Or there were none, because the glove stood still: then
 * the numbers leap by what would have fitted in, and that is counted as lost (`pause`).
 */
export function createLineStream({ glove, newRun }: LineStreamDeps) {
  const venue = createVenueClock();
  const counts: LineStreamCounts = { samples: 0, lost: 0, pauses: 0, runs: 0 };
  let run: Run | null = null;
  let formerPeriodUs = unknownPeriodUs;
  let deviceAuto = false;
  let settling: Batch[] = [];
  let waiting: Batch[] = [];

  function begin(periodUs: number): Run {
    counts.runs += 1;
    formerPeriodUs = periodUs;
    return {
      name: newRun(),
      layout: null,
      periodUs: Math.max(fastestUs, Math.min(slowestUs, periodUs)),
      alignment: createClockAlignment(loopRate),
      next: 0,
      lost: 0,
      lastAtUs: 0,
    };
  }

  /** The rate of what came while it was unknown; null as long as it is. */
  function settledPeriod(batches: readonly Batch[], anyhow: boolean): number | null {
    if (batches.length === 0) return null;
    let lines = 0;
    const points = batches.map(({ samples, atUs }) => {
      lines += samples.length;
      return { x: lines, y: atUs };
    });
    const span = (points.at(-1)?.y ?? 0) - (points[0]?.y ?? 0);
    if (!anyhow && (span < settleUs || lines < settleLines)) return null;
    if (span === 0) return formerPeriodUs;
    return lowerLine(points, Number.POSITIVE_INFINITY).slope;
  }

  const latenessOf = (current: Run, at: number, atUs: number): number =>
    atUs - current.alignment.here(at * current.periodUs);

  /** Numbers a batch, learns from when it came, and makes blocks of what has values. */
  function number(current: Run, { samples, atUs }: Batch): SampleBlock[] {
    const first = current.next;
    current.next += samples.length;
    const stepped = current.alignment.learn(
      first * current.periodUs,
      (current.next - 1) * current.periodUs,
      atUs,
    );
    current.lastAtUs = atUs;
    if (stepped) {
      current.name = newRun();
      current.layout = null;
    }
    const blocks: SampleBlock[] = [];
    for (let index = 0; index < samples.length; ) {
      const layout = samples[index]?.layout;
      if (layout === undefined) {
        current.lost += 1;
        index += 1;
        continue;
      }
      const from = index;
      while (index < samples.length && samples[index]?.layout === layout) index += 1;
      blocks.push(blockOf(current, layout, samples.slice(from, index), first + from));
    }
    if (stepped || Math.abs(current.alignment.slope()) > anotherRate) run = null;
    return blocks;
  }

  function blockOf(current: Run, layout: Layout, samples: readonly LineSample[], seq: number): SampleBlock {
    const values = new Int16Array(samples.length * layout.channels.length);
    for (const [index, sample] of samples.entries()) {
      if (sample.values !== null) values.set(sample.values, index * layout.channels.length);
    }
    const anew = current.layout !== layout;
    if (anew && current.layout !== null) current.name = newRun();
    current.layout = layout;
    const lost = anew ? 0 : current.lost;
    counts.samples += samples.length;
    counts.lost += lost;
    current.lost = 0;
    return {
      glove,
      run: current.name,
      seq,
      lost,
      t0Us: venue.toEpochUs(current.alignment.here(seq * current.periodUs)),
      dtUs: Math.round(current.periodUs * (1 + current.alignment.slope())),
      count: samples.length,
      layout,
      values,
      calibrated: false,
      deviceAuto,
    };
  }

  /** What was late is on time once the heap is through; what stays late was a pause. */
  function settleWaiting(current: Run): SampleBlock[] {
    const batches = waiting;
    waiting = [];
    if (batches.length === 0) return [];
    let at = current.next - 1;
    let least = Number.POSITIVE_INFINITY;
    for (const { samples, atUs } of batches) {
      at += samples.length;
      least = Math.min(least, latenessOf(current, at, atUs));
    }
    if (least > lateUs) {
      const missing = Math.round(least / current.periodUs);
      current.next += missing;
      current.lost += missing;
      counts.pauses += 1;
    }
    return batches.flatMap((batch) => number(current, batch));
  }

  function takeBatch(batch: Batch): SampleBlock[] {
    if (run !== null && waiting.length === 0 && batch.atUs - run.lastAtUs > longestPauseUs) run = null;
    const current = run;
    if (current === null) {
      const silence = batch.atUs - (settling.at(-1)?.atUs ?? batch.atUs);
      const earlier = silence > longestSilenceUs ? end() : [];
      settling.push(batch);
      return [...earlier, ...settle(false)];
    }
    const lateness = latenessOf(current, current.next - 1 + batch.samples.length, batch.atUs);
    if (waiting.length === 0 && lateness < -tooSoonUs) {
      run = null;
      return takeBatch(batch);
    }
    const heard = batch.atUs - current.lastAtUs <= lateUs;
    if (waiting.length === 0 && (heard || lateness <= lateUs)) return number(current, batch);
    waiting.push(batch);
    const waited = batch.atUs - (waiting[0]?.atUs ?? batch.atUs);
    return waited >= waitUs ? settleWaiting(current) : [];
  }

  function settle(anyhow: boolean): SampleBlock[] {
    const periodUs = settledPeriod(settling, anyhow);
    if (periodUs === null) return [];
    const batches = settling;
    settling = [];
    const begun = begin(periodUs);
    run = begun;
    return batches.flatMap((batch) => number(begun, batch));
  }

  /** What is kept is handed on, and the run ends. Lines of one moment have the rate of those before. */
  function end(): SampleBlock[] {
    const blocks = run === null ? settle(true) : settleWaiting(run);
    run = null;
    return blocks;
  }

  return {
    /** Whether the glove rescales its curls by itself. */
    describe(said: { readonly deviceAuto: boolean }): void {
      deviceAuto = said.deviceAuto;
    },
    /** `samples`: what one piece of bytes held, in order. Blocks may come a moment later than their lines. */
    take(samples: readonly LineSample[], arrival: Arrival): SampleBlock[] {
      const blocks = venue.observe(arrival) ? end() : [];
      if (samples.length === 0) return blocks;
      return [...blocks, ...takeBatch({ samples, atUs: arrival.monotonicUs })];
    },
    /** Hands on what is kept and ends the run: the connection is gone. */
    flush: end,
    counts: (): Readonly<LineStreamCounts> => counts,
    /** Samples a second; null while it is not known. */
    rateHz: (): number | null => (run === null ? null : 1e6 / (run.periodUs * (1 + run.alignment.slope()))),
  };
}
export type LineStream = ReturnType<typeof createLineStream>;
