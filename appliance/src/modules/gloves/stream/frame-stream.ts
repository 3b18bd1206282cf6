import {
  type GloveFrame,
  knownLayout,
  type Layout,
  withCalibratedCurls,
} from '../../../../contract/glove-frame.ts';
import { type ClockAlignment, createClockAlignment, gloveClock } from './clock-alignment.ts';
import type { GloveLife, Taken } from './glove-life.ts';
import { createNumbering } from './numbering.ts';
import type { SampleBlock } from './sample-block.ts';
import { type Arrival, createVenueClock } from './venue-clock.ts';

export interface FrameStreamDeps {
  /** Device name. */
  readonly glove: string;
  /** A name for a run that no other run has. */
  readonly newRun: () => string;
}

export interface StreamCounts {
  frames: number;
  /** Samples handed on. */
  samples: number;
  /** Samples missing in their runs: what comes late is taken off again. */
  lost: number;
  /** Samples that came late, into a hole. */
  late: number;
  /** Frames of which every sample had come. */
  repeated: number;
  time_backwards: number;
  /** Frames with channels of which nobody said what they are. */
  frame_layout: number;
  /** Frames in another layout than the one before, when that had changed often enough in the last second. */
  layout_unsteady: number;
  /** Numberings that began anew after the first. */
  restarts: number;
}

interface Run {
  readonly life: GloveLife;
  readonly alignment: ClockAlignment;
  name: string;
  layout: Layout;
  missing: number;
}

const mostRuns = 4;
/** Each change begins another run, and with it another chunk: nobody takes a calibration on and off faster. */
const mostChangesPerSecond = 3;

/** Frames of one glove, as they come → blocks: every sample once, numbered by runs, in the venue's time. */
export function createFrameStream({ glove, newRun }: FrameStreamDeps) {
  const numbering = createNumbering();
  const venue = createVenueClock();
  const counts: StreamCounts = {
    frames: 0,
    samples: 0,
    lost: 0,
    late: 0,
    repeated: 0,
    time_backwards: 0,
    frame_layout: 0,
    layout_unsteady: 0,
    restarts: 0,
  };
  let runs: Run[] = [];
  let newest: Layout | null = null;
  /** When the layout changed, in the last second. */
  let changesUs: number[] = [];
  let said: { plain: Layout; calibrated: Layout } | null = null;

  function layoutFor({ channels, layoutId, flags }: GloveFrame): Layout | undefined {
    if (said === null) return knownLayout(channels, flags.calibrated);
    const meant = flags.calibrated ? said.calibrated : said.plain;
    return meant.id === layoutId && meant.channels.length === channels ? meant : undefined;
  }

  /** Whether a frame may be in this layout now. */
  function maySend(layout: Layout, atUs: number): boolean {
    if (layout === newest) return true;
    changesUs = changesUs.filter((changeUs) => atUs - changeUs < 1e6);
    if (changesUs.length >= mostChangesPerSecond) return false;
    if (newest !== null) changesUs.push(atUs);
    newest = layout;
    return true;
  }

  function runOf(life: GloveLife, layout: Layout): Run {
    const found = runs.find((run) => run.life === life);
    if (found !== undefined) return found;
    const alignment = createClockAlignment(gloveClock);
    const run = { life, layout, name: newRun(), alignment, missing: 0 };
    if (runs.length > 0) counts.restarts += 1;
    runs = [run, ...runs].slice(0, mostRuns);
    return run;
  }

  function blockOf(frame: GloveFrame, run: Run, { from, to, lost, late }: Taken, anew: boolean): SampleBlock {
    counts.samples += to - from;
    if (late) counts.late += to - from;
    return {
      glove,
      run: run.name,
      seq: frame.seq + from,
      lost: anew ? 0 : lost,
      t0Us: venue.toEpochUs(run.alignment.here(frame.t0Us + from * frame.dtUs)),
      dtUs: frame.dtUs,
      count: to - from,
      layout: run.layout,
      values: frame.values.subarray(from * frame.channels, to * frame.channels),
      calibrated: frame.flags.calibrated,
      deviceAuto: frame.flags.deviceAuto,
    };
  }

  return {
    /** What the glove's meta says its frames hold; null where it said nothing. */
    describe(layout: Layout | null): void {
      if (JSON.stringify(layout) === JSON.stringify(said?.plain ?? null)) return;
      said = layout === null ? null : { plain: layout, calibrated: withCalibratedCurls(layout) };
    },
    /**
     * Blocks in the order of their numbers. A block whose number is below one handed on before in its run came late;
     * its `lost` is what is still missing before it.
     */
    take(frame: GloveFrame, arrival: Arrival): SampleBlock[] {
      counts.frames += 1;
      const venueWasSet = venue.observe(arrival);
      if (venueWasSet) for (const run of runs) run.name = newRun();
      const layout = layoutFor(frame);
      if (layout === undefined) {
        counts.frame_layout += 1;
        return [];
      }
      if (!maySend(layout, arrival.monotonicUs)) {
        counts.layout_unsteady += 1;
        return [];
      }
      const { taken, life, outcome } = numbering.take(frame, arrival.monotonicUs);
      if (outcome === 'repeated') counts.repeated += 1;
      if (outcome === 'time_backwards') counts.time_backwards += 1;
      if (taken.length === 0 || life === null) return [];
      const run = runOf(life, layout);
      counts.lost += life.missing() - run.missing;
      run.missing = life.missing();
      const newestUs = frame.t0Us + (frame.count - 1) * frame.dtUs;
      const stepped =
        taken.some(({ late }) => !late) && run.alignment.learn(frame.t0Us, newestUs, arrival.monotonicUs);
      const anotherLayout = run.layout !== layout;
      if (stepped || anotherLayout) run.name = newRun();
      run.layout = layout;
      return taken.map((part) => blockOf(frame, run, part, stepped || anotherLayout || venueWasSet));
    },
    counts: (): Readonly<StreamCounts> => counts,
    /** How much faster the glove's clock goes than ours, parts per million; 0 until a minute is known. */
    driftPpm: (): number => -1e6 * (runs[0]?.alignment.slope() ?? 0),
  };
}
export type FrameStream = ReturnType<typeof createFrameStream>;
