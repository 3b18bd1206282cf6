import type { GloveLayout } from '../../../contract/gloves.ts';
import type { Damage } from '../../platform/streams/damage.ts';
import { defineWorkerTask } from '../../platform/workers/worker-task.ts';

export interface FoldOrder {
  /** Of `streams.db`. */
  readonly dataDirectory: string;
  readonly streamId: string;
  readonly glove: string;
  /** What the glove's meta says its frames hold. */
  readonly layout: GloveLayout | null;
  /** What was measured before or after is not of the stream; epoch µs. */
  readonly fromUs: number;
  readonly untilUs: number;
  /** Epoch ms. */
  readonly now: number;
}

export interface FoldOutcome {
  readonly frames: number;
  readonly damages: readonly Damage[];
}

/** Numbers what workers have staged of a glove's stream, and makes chunks of it. Done twice, it is done once. */
export const foldFrames = defineWorkerTask<FoldOrder, FoldOutcome>({
  name: 'gloves.fold',
  module: new URL('./fold-worker.ts', import.meta.url),
  timeoutMs: 60_000,
});
