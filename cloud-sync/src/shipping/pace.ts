import { type BatchLimits, fullBatch } from './change-reader.ts';
import { fullChunk } from './range-reader.ts';

/** How much is sent at once: less after each batch that did not get through, more after each that did. */
export interface Pace {
  batch(): BatchLimits;
  chunk(): BatchLimits;
  gotThrough(): void;
  gotStuck(): void;
}

const smallest = 1 / 64;

export interface Limits {
  readonly batch: BatchLimits;
  readonly chunk: BatchLimits;
}
export const fullLimits: Limits = { batch: fullBatch, chunk: fullChunk };

export function createPace(limits: Limits): Pace {
  let share = 1;
  const part = ({ keys, bytes }: BatchLimits): BatchLimits => ({
    keys: Math.ceil(keys * share),
    bytes: Math.ceil(bytes * share),
  });
  return {
    batch: () => part(limits.batch),
    chunk: () => part(limits.chunk),
    gotThrough() {
      share = Math.min(1, share * 2);
    },
    gotStuck() {
      share = Math.max(smallest, share / 4);
    },
  };
}
