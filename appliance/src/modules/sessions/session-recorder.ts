import type { StreamStore } from '../../platform/streams/stream-store.ts';
import type { DriftWatch, SampleBlock } from '../gloves/index.ts';

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
  /** The open hand was seen elsewhere than its calibration says. */
  readonly drifted: boolean;
}

export const emptyTally: Tally = {
  samples: 0,
  lost: 0,
  rejected: 0,
  deviceAuto: false,
  deviceCalibrated: false,
  drifted: false,
};

export interface RecorderDeps {
  streams: Pick<StreamStore, 'append'>;
  /** How much of what a glove sent was no sample, since it is known. */
  rejectedBy(glove: string): number;
  /** Looks whether what comes fits a calibration, given as sessions keep it. */
  driftWatch(calibration: string): Pick<DriftWatch, 'take' | 'drift'>;
}

interface Recorded {
  readonly id: string;
  tally: Tally;
  /** Where its glove's numbering stands. */
  run: string | null;
  next: number;
  readonly rejectedBefore: number;
  /** Null without a calibration. */
  readonly watch: ReturnType<RecorderDeps['driftWatch']> | null;
}

/** Writes down what the gloves of open sessions measure, and nothing of any other. */
export function createSessionRecorder({ streams, rejectedBy, driftWatch }: RecorderDeps) {
  const byGlove = new Map<string, Recorded>();

  return {
    /** From now on this glove's samples belong to this session. */
    begin(glove: string, id: string, calibration: string | null, tally: Tally = emptyTally): void {
      const watch = calibration === null ? null : driftWatch(calibration);
      byGlove.set(glove, { id, tally, run: null, next: 0, rejectedBefore: rejectedBy(glove), watch });
    },

    take(block: SampleBlock): void {
      const recorded = byGlove.get(block.glove);
      if (recorded === undefined) return;
      const { run, seq, t0Us, dtUs, count, layout, values, calibrated, deviceAuto } = block;
      const { tally } = recorded;
      const isKnown = recorded.run === run;
      const lost = isKnown ? Math.max(0, seq - recorded.next) : 0;
      recorded.tally = {
        samples: tally.samples + count,
        lost: tally.lost + lost,
        rejected: tally.rejected,
        drifted: tally.drifted,
        deviceAuto: tally.deviceAuto || deviceAuto,
        deviceCalibrated: tally.deviceCalibrated || calibrated,
      };
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
      const recorded = byGlove.get(glove);
      if (recorded?.id !== id) return emptyTally;
      const rejected = Math.max(0, rejectedBy(glove) - recorded.rejectedBefore);
      const { tally, watch } = recorded;
      const drifted = tally.drifted || watch?.drift()?.drifted === true;
      return { ...tally, rejected: tally.rejected + rejected, drifted };
    },

    end(glove: string, id: string): void {
      if (byGlove.get(glove)?.id === id) byGlove.delete(glove);
    },
  };
}
export type SessionRecorder = ReturnType<typeof createSessionRecorder>;
