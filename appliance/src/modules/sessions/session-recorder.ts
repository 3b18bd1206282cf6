import type { StreamStore } from '../../platform/streams/stream-store.ts';
import type { SampleBlock } from '../gloves/index.ts';

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
}

export const emptyTally: Tally = {
  samples: 0,
  lost: 0,
  rejected: 0,
  deviceAuto: false,
  deviceCalibrated: false,
};

export interface RecorderDeps {
  streams: Pick<StreamStore, 'append'>;
  /** How much of what a glove sent was no sample, since it is known. */
  rejectedBy(glove: string): number;
}

interface Recorded {
  readonly id: string;
  tally: Tally;
  /** Where its glove's numbering stands. */
  run: string | null;
  next: number;
  readonly rejectedBefore: number;
}

/** Writes down what the gloves of open sessions measure, and nothing of any other. */
export function createSessionRecorder({ streams, rejectedBy }: RecorderDeps) {
  const byGlove = new Map<string, Recorded>();

  return {
    /** From now on this glove's samples belong to this session. */
    begin(glove: string, id: string, tally: Tally = emptyTally): void {
      byGlove.set(glove, { id, tally, run: null, next: 0, rejectedBefore: rejectedBy(glove) });
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
        deviceAuto: tally.deviceAuto || deviceAuto,
        deviceCalibrated: tally.deviceCalibrated || calibrated,
      };
      recorded.next = isKnown ? Math.max(recorded.next, seq + count) : seq + count;
      recorded.run = run;
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
      return { ...recorded.tally, rejected: recorded.tally.rejected + rejected };
    },

    end(glove: string, id: string): void {
      if (byGlove.get(glove)?.id === id) byGlove.delete(glove);
    },
  };
}
export type SessionRecorder = ReturnType<typeof createSessionRecorder>;
