import type { GloveLayout } from '../../../contract/gloves.ts';
import type { Damage } from '../../platform/streams/damage.ts';
import { defineWorkerTask } from '../../platform/workers/worker-task.ts';

export interface AssembleOrder {
  /** Of `streams.db`. */
  readonly dataDirectory: string;
  readonly streamId: string;
  readonly glove: string;
  /** What the glove's meta says its frames hold. */
  readonly layout: GloveLayout | null;
  /** What was measured before or after is not of the stream; epoch µs. */
  readonly fromUs: number;
  readonly untilUs: number;
  /** What somebody saw of it who sees all; null to make do with what is there. */
  readonly seen: { readonly samples: number; readonly lost: number } | null;
  /** Epoch ms. */
  readonly now: number;
}

export interface AssembleOutcome {
  /** false: something that was seen is not staged yet, and nothing was done. */
  readonly isWhole: boolean;
  readonly damages: readonly Damage[];
}

/** Numbers what workers have staged of a glove's stream, and makes chunks of it. Done twice, it is done once. */
export const assembleFrames = defineWorkerTask<AssembleOrder, AssembleOutcome>({
  name: 'gloves.assemble',
  module: new URL('./assemble-worker.ts', import.meta.url),
  timeoutMs: 60_000,
});
