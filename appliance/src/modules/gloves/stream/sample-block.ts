import type { Layout } from '../../../../contract/glove-frame.ts';

/** Samples of one glove without a hole, as they are handed on: each sample is in at most one block. */
export interface SampleBlock {
  /** Device name. */
  readonly glove: string;
  /** One life of the glove's numbering: another one when it begins anew. */
  readonly run: string;
  /** Number of the first sample in its run. */
  readonly seq: number;
  /** Samples missing right before this block: 0 where there are none, and at the start of a run. */
  readonly lost: number;
  /** Venue time of the first sample, epoch µs: spaced by the glove's clock, set by the venue's. */
  readonly t0Us: number;
  readonly dtUs: number;
  /** Samples. */
  readonly count: number;
  readonly layout: Layout;
  /** Interleaved, `count × layout.channels.length`. */
  readonly values: Int16Array;
  readonly calibrated: boolean;
  /** The glove rescales itself: its curls say nothing of how far a finger reaches. */
  readonly deviceAuto: boolean;
}
