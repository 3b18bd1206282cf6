import { extentOf } from '../../platform/streams/chunk.ts';
import { isDamage, openStreamReader } from '../../platform/streams/stream-reader.ts';
import type { LastStored } from './session-recorder.ts';

/** The newest sample that is on disk of a session; null when there is none. Reads the heads of its chunks. */
export function lastStored(dataDirectory: string, sessionId: string): LastStored | null {
  const reader = openStreamReader(dataDirectory);
  let last: LastStored | null = null;
  try {
    for (const head of reader.heads(sessionId)) {
      if (isDamage(head)) continue;
      const { chunk } = head;
      const behind = extentOf(chunk) - 1;
      const tUs = chunk.t0Us + behind * chunk.dtUs;
      if (last === null || tUs > last.tUs) last = { seq: chunk.seq + behind, tUs };
    }
    return last;
  } finally {
    reader.close();
  }
}
