import type { Clock } from '../../../platform/clock.ts';

/** A text that Twilio has not told of in this time after its handing over was not taken. */
const settledAfterMs = 60_000;
/**
 * Unless the network was away in between. What a connection held when it was given up is still retransmitted by the
 * kernel, for up to 102 s (Linux, ip-sysctl, tcp_orphan_retries: 8), in waits that double each time: once Twilio was
 * reached within half a minute, what was on its way has arrived within one.
 */
const reachedWithinMs = 30_000;
const settledAfterOutageMs = 120_000;
const wallClockMayErrMs = 10 * 60_000;
const mostNotes = 1_000;

interface Note {
  readonly at: number;
  reachedAt: number | undefined;
}

/**
 * What is known of texts since they were handed over, by the monotonic clock: the wall clock is often set in the very
 * moment in which the internet comes back. Of a text from before this process started less is known.
 */
export function createHandedOver(clock: Clock) {
  const startedAt = clock.monotonic();
  const notes = new Map<string, Note>();
  /** Which text a message at Twilio belongs to; the outbox knows it too, but not before it is stored. */
  const texts = new Map<string, string>();

  const keepRecent = (map: Map<string, unknown>) => {
    const [oldest] = map.keys();
    if (map.size > mostNotes && oldest !== undefined) map.delete(oldest);
  };

  return {
    begins(textId: string): void {
      notes.set(textId, { at: clock.monotonic(), reachedAt: undefined });
      keepRecent(notes);
    },
    refused(textId: string): void {
      notes.delete(textId);
    },
    belongs(sid: string, textId: string): void {
      texts.set(sid, textId);
      keepRecent(texts);
      notes.delete(textId);
    },
    isOfAnother: (sid: string, textId: string): boolean => (texts.get(sid) ?? textId) !== textId,
    /** Twilio has answered something. */
    reached(): void {
      const now = clock.monotonic();
      for (const note of notes.values()) note.reachedAt ??= now;
    },
    /**
     * @param at venue time, epoch milliseconds, for a text that is not remembered
     * @returns how long ago it was at most, and whether what was sent then must have arrived by now
     */
    since(textId: string, at: number): { ageMs: number; isSettled: boolean } {
      const now = clock.monotonic();
      const note = notes.get(textId);
      if (note === undefined) {
        // A wall clock that went back since then tells nothing: anything of the last day may be it.
        const ageMs = clock.now() >= at ? clock.now() - at + wallClockMayErrMs : 24 * 3_600_000;
        return { ageMs, isSettled: Math.min(ageMs, now - startedAt) >= settledAfterOutageMs };
      }
      const ageMs = now - note.at;
      const soon = note.reachedAt !== undefined && note.reachedAt - note.at <= reachedWithinMs;
      return { ageMs, isSettled: ageMs >= (soon ? settledAfterMs : settledAfterOutageMs) };
    },
  };
}
export type HandedOver = ReturnType<typeof createHandedOver>;
