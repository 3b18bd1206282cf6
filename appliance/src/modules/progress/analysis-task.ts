import type { MetricKey } from '../../../contract/metrics.ts';
import type { Metric } from '../../../contract/progress.ts';
import { defineWorkerTask } from '../../platform/workers/worker-task.ts';
import type { Recording } from './analysis/recording.ts';

/** Readings of an open and of a closed hand, by channel. */
export type Spans = Readonly<Record<string, { readonly lo: number; readonly hi: number }>>;

/** One session as a thread finds it in `streams.db`. */
export interface RecordedSession extends Pick<Recording, 'hand' | 'gloveClass' | 'comparable' | 'why'> {
  readonly streamId: string;
  /** Null when its curls are 0 to 1 as they come. */
  readonly spans: Spans | null;
}

export interface AnalysisOrder {
  readonly dataDirectory: string;
  readonly sessions: readonly RecordedSession[];
  /** Epoch µs. */
  readonly cues: readonly number[];
}

export type AnalysisOutcome =
  | {
      readonly ok: true;
      readonly metrics: Readonly<Record<MetricKey, Metric>>;
      /** What could not be read and was left out. */
      readonly code: string | null;
    }
  | { readonly ok: false; readonly code: string };

/** Reads a game's recordings and measures them. */
export const analyseGame = defineWorkerTask<AnalysisOrder, AnalysisOutcome>({
  name: 'progress.analyse',
  module: new URL('./analysis-worker.ts', import.meta.url),
  timeoutMs: 60_000,
});
