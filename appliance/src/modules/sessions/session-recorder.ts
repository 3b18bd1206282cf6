import type { Clock } from '../../platform/clock.ts';
import type { StreamStore } from '../../platform/streams/stream-store.ts';
import type { DriftWatch, SampleBlock } from '../gloves/index.ts';
import type { SessionRow } from './sessions-tables.ts';
import { type LastStored, missedSince } from './stored-before.ts';

/** What was measured in a session so far. */
export interface Tally {
  readonly samples: number;
  readonly lost: number;
  /** What the glove sent and was no sample. */
  readonly rejected: number;
  /** Some of it came from a glove that rescales itself. */
  readonly deviceAuto: boolean;
  /** Some of it was calibrated by the glove. */
  readonly deviceCalibrated: boolean;
  /** Some of it was not. */
  readonly uncalibrated: boolean;
  /** The open hand was seen elsewhere than its calibration says. */
  readonly drifted: boolean;
}

export const emptyTally: Tally = {
  samples: 0,
  lost: 0,
  rejected: 0,
  deviceAuto: false,
  deviceCalibrated: false,
  uncalibrated: false,
  drifted: false,
};

/** What was there of a session before it is recorded here. */
export interface Earlier {
  readonly tally: Tally;
  /** Null when nothing is stored. */
  readonly last: LastStored | null;
}
const nothing: Earlier = { tally: emptyTally, last: null };

export interface RecorderDeps {
  clock: Pick<Clock, 'now' | 'monotonic'>;
  streams: Pick<StreamStore, 'append'>;
  /** How much of what a glove sent was no sample, since it is known. */
  rejectedBy(glove: string): number;
  /** Looks whether what comes fits a calibration, given as sessions keep it. */
  driftWatch(calibration: string): Pick<DriftWatch, 'take' | 'drift'>;
  /** What came is otherwise calibrated than what is known of the session: to be kept, for a crash forgets it. */
  learned(sessionId: string): void;
}

interface Recorded {
  readonly id: string;
  /** When it began, ms of the clock that only goes forward. */
  readonly beganAt: number;
  tally: Tally;
  last: LastStored | null;
  /** Where its glove's numbering stands. */
  run: string | null;
  next: number;
  readonly rejectedBefore: number;
  /** Null without a calibration. */
  readonly watch: ReturnType<RecorderDeps['driftWatch']> | null;
}

/** Writes down what the gloves of open sessions measure, and nothing of any other. */
export function createSessionRecorder({ clock, streams, rejectedBy, driftWatch, learned }: RecorderDeps) {
  const byGlove = new Map<string, Recorded>();
  /** Also those whose glove is recorded for another by now. */
  const bySession = new Map<string, Recorded>();

  /** Epoch µs by the venue's clock as it is now, which may have been set since. */
  const beganUs = ({ beganAt }: Recorded): number => (clock.now() - clock.monotonic() + beganAt) * 1_000;

  return {
    /** From now on this glove's samples belong to this session, those excepted that it took before. */
    begin(
      glove: string,
      { id, calibration, started_at }: Pick<SessionRow, 'id' | 'calibration' | 'started_at'>,
      { tally, last }: Earlier = nothing,
    ): void {
      const recorded: Recorded = {
        id,
        beganAt: clock.monotonic() - Math.max(clock.now() - started_at, 0),
        tally,
        last,
        run: null,
        next: 0,
        rejectedBefore: rejectedBy(glove),
        watch: calibration === null ? null : driftWatch(calibration),
      };
      byGlove.set(glove, recorded);
      bySession.set(id, recorded);
    },

    take(whole: SampleBlock): void {
      const recorded = byGlove.get(whole.glove);
      if (recorded === undefined) return;
      const block = since(whole, beganUs(recorded));
      if (block === null) return;
      const { run, seq, t0Us, dtUs, count, layout, values, calibrated, deviceAuto } = block;
      const { tally } = recorded;
      const isKnown = recorded.run === run;
      const lost = isKnown ? Math.max(0, seq - recorded.next) : missedSince(recorded.last, block);
      recorded.last = null;
      recorded.tally = {
        samples: tally.samples + count,
        lost: tally.lost + lost,
        rejected: tally.rejected,
        drifted: tally.drifted,
        deviceAuto: tally.deviceAuto || deviceAuto,
        deviceCalibrated: tally.deviceCalibrated || calibrated,
        uncalibrated: tally.uncalibrated || !calibrated,
      };
      if (!isCalibratedAlike(tally, recorded.tally)) learned(recorded.id);
      recorded.next = isKnown ? Math.max(recorded.next, seq + count) : seq + count;
      recorded.run = run;
      if (!calibrated && !deviceAuto) recorded.watch?.take(block);
      streams.append({
        streamId: recorded.id,
        run,
        seq,
        t0Us,
        dtUs,
        count,
        channels: layout.channels,
        values,
      });
    },

    /** What was measured so far in the session of this glove. */
    tallyOf(glove: string, id: string): Tally {
      const recorded = bySession.get(id);
      if (recorded === undefined) return emptyTally;
      const rejected = Math.max(0, rejectedBy(glove) - recorded.rejectedBefore);
      const { tally, watch } = recorded;
      const drifted = tally.drifted || watch?.drift()?.drifted === true;
      return { ...tally, rejected: tally.rejected + rejected, drifted };
    },

    end(glove: string, id: string): void {
      if (byGlove.get(glove)?.id === id) byGlove.delete(glove);
      bySession.delete(id);
    },
  };
}
export type SessionRecorder = ReturnType<typeof createSessionRecorder>;

const isCalibratedAlike = (a: Tally, b: Tally): boolean =>
  a.deviceAuto === b.deviceAuto &&
  a.deviceCalibrated === b.deviceCalibrated &&
  a.uncalibrated === b.uncalibrated;

/**
 * What of a block was measured from `fromUs` on: a glove that was away sends what it kept, and that is of whoever wore
 * it then. Null when it is all from before.
 */
function since(block: SampleBlock, fromUs: number): SampleBlock | null {
  const { seq, t0Us, dtUs, count, layout, values } = block;
  const before = Math.max(0, Math.ceil((fromUs - t0Us) / dtUs));
  if (before === 0) return block;
  if (before >= count) return null;
  return {
    ...block,
    seq: seq + before,
    lost: 0,
    t0Us: t0Us + before * dtUs,
    count: count - before,
    values: values.subarray(before * layout.channels.length),
  };
}
