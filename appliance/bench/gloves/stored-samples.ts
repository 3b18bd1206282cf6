import { presentIn } from '../../src/platform/streams/chunk.ts';
import { isDamage, openStreamReader } from '../../src/platform/streams/stream-reader.ts';
import { channels, sampleOf } from './hands.ts';

export interface StoredSamples {
  readonly samples: number;
  /** Sent while their session was open, and not stored. */
  readonly lost: number;
  readonly doubled: number;
  /** Values that are not those that were sent. */
  readonly wrong: number;
  readonly damaged: number;
}

/**
 * Holds all that is stored of these sessions against what was sent: from the first sample that was taken to the last that
 * left, `ends` being the number after it.
 */
export function readStored(
  directory: string,
  sessions: readonly string[],
  ends: readonly number[],
): StoredSamples {
  const reader = openStreamReader(directory);
  const sum = { samples: 0, lost: 0, doubled: 0, wrong: 0, damaged: 0 };
  for (const [glove, session] of sessions.entries()) {
    const numbers = new Set<number>();
    let first = Number.POSITIVE_INFINITY;
    for (const one of reader.chunks(session)) {
      if (isDamage(one)) {
        sum.damaged += 1;
        continue;
      }
      let index = 0;
      for (const { from, to } of presentIn(one.chunk)) {
        first = Math.min(first, from);
        for (let number = from; number < to; number += 1, index += 1) {
          if (numbers.has(number)) sum.doubled += 1;
          numbers.add(number);
          sum.wrong += differing(glove, number, one.values, index);
        }
      }
    }
    sum.samples += numbers.size;
    sum.lost += Math.max(0, (ends[glove] ?? 0) - Math.min(first, ends[glove] ?? 0) - numbers.size);
  }
  reader.close();
  return sum;
}

function differing(
  glove: number,
  number: number,
  stored: readonly ArrayLike<number>[],
  index: number,
): number {
  const { values, at } = sampleOf(glove, number);
  let wrong = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    if (stored[channel]?.[index] !== values[at + channel]) wrong += 1;
  }
  return wrong;
}
