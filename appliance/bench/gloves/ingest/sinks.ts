import type { SampleBlock } from '../../../src/modules/gloves/index.ts';
import { createSessionRecorder } from '../../../src/modules/sessions/session-recorder.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createStreamStore } from '../../../src/platform/streams/stream-store.ts';
import { createRowStore } from '../../baselines/rows-per-sample/row-store.ts';

/** What becomes of samples. */
export interface Sink {
  take(block: SampleBlock): void;
  /** For whoever is faster than the clock: what is committed once a second is committed. */
  secondIsOver(): Promise<void>;
  /** Resolves when all of them are on disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** `chunks`: as the appliance stores them; `rows`: a row for each; `nothing`: they are let go. */
export const sinkKinds = ['nothing', 'chunks', 'rows'] as const;
export type SinkKind = (typeof sinkKinds)[number];

const numberOf = (glove: string): number => Number(glove.split('-')[1]);

export function openSink(kind: SinkKind, directory: string, gloves: number): Sink {
  switch (kind) {
    case 'nothing':
      return { take() {}, async secondIsOver() {}, async flush() {}, async close() {} };
    case 'rows': {
      const rows = createRowStore(directory, 'wide');
      return {
        take: (block) => rows.take(numberOf(block.glove), block),
        secondIsOver: rows.flush,
        flush: rows.flush,
        close: rows.close,
      };
    }
    case 'chunks': {
      const fail = (error: unknown) => {
        throw error;
      };
      const streams = createStreamStore({
        dataDirectory: directory,
        clock: systemClock,
        onFailure: fail,
        onLoss: () => fail(new Error('samples were given up')),
      });
      const recorder = createSessionRecorder({
        clock: systemClock,
        streams,
        rejectedBy: () => 0,
        learned() {},
        driftWatch: () => ({ take() {}, drift: () => null }),
      });
      for (let glove = 0; glove < gloves; glove += 1) {
        const session = { id: `session of glove ${glove}`, calibration: null, started_at: systemClock.now() };
        recorder.begin(`glove-${glove}`, session);
      }
      return {
        take: recorder.take,
        secondIsOver: streams.sent,
        flush: () => streams.flush(),
        close: streams.close,
      };
    }
  }
}
