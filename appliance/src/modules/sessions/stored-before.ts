import { extentOf } from '../../platform/streams/chunk.ts';
import { isDamage, openStreamReader } from '../../platform/streams/stream-reader.ts';

/** The newest sample that is on disk of a session. */
export interface LastStored {
  readonly seq: number;
  /** Epoch µs. */
  readonly tUs: number;
}

/** The numbers of a glove that went on meanwhile are believed when they agree with the time to a second. */
const toleranceUs = 1_000_000;
/** What is further apart is no pause but a clock that was set. */
const longestPauseUs = 600_000_000;

/** How many samples are missing between what was stored before a restart and the first that came after it. */
export function missedSince(
  last: LastStored | null,
  { seq, t0Us, dtUs }: { readonly seq: number; readonly t0Us: number; readonly dtUs: number },
): number {
  const passedUs = last === null ? 0 : t0Us - last.tUs;
  if (last === null || passedUs <= dtUs || passedUs > longestPauseUs) return 0;
  const byTime = Math.round(passedUs / dtUs) - 1;
  const byNumber = seq - last.seq - 1;
  return Math.abs(byNumber - byTime) * dtUs <= toleranceUs ? Math.max(0, byNumber) : byTime;
}

/** What is on disk of a session that a restart cut off: where it ends, and how much earlier restarts had cost it. */
export function storedBefore(dataDirectory: string, sessionId: string) {
  const reader = openStreamReader(dataDirectory);
  let last: (LastStored & { readonly run: string }) | null = null;
  let missed = 0;
  try {
    for (const head of reader.heads(sessionId)) {
      if (isDamage(head)) continue;
      const { run, seq, t0Us, dtUs } = head.chunk;
      if (last !== null && last.run !== run) missed += missedSince(last, head.chunk);
      const behind = extentOf(head.chunk) - 1;
      const tUs = t0Us + behind * dtUs;
      if (last === null || tUs > last.tUs) last = { run, seq: seq + behind, tUs };
    }
    return { last, missed };
  } finally {
    reader.close();
  }
}
export type StoredBefore = ReturnType<typeof storedBefore>;
