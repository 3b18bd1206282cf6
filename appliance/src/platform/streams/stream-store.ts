import type { Clock } from '../clock.ts';
import { type Assembler, createAssembler } from './assembler.ts';
import type { Grade, Piece, StreamChannel } from './chunk.ts';
import { createStreamAsker } from './stream-asker.ts';
import type { Counts, NewFrame, Stored, Usage } from './stream-writer.ts';

/** How often what is finished is committed: one sync of the disk for all streams. */
const beatMs = 1_000;
/** With the beat that follows and a second for a slow disk: no sample waits longer than ten seconds. */
const sealAfterMs = 8_000;
/** What may wait for a disk that refuses, samples × channels: 64 MB. Beyond it the oldest go, and are counted. */
const mostWaiting = 32_000_000;

/** Samples without a hole, as they are taken in. */
export interface Samples extends Pick<Piece, 'streamId' | 'run' | 'seq' | 't0Us' | 'dtUs' | 'count'> {
  readonly channels: readonly StreamChannel[];
  /** Interleaved; copied before `append` returns. */
  readonly values: Piece['values'];
}

export interface StreamStoreOptions {
  /** Holds `streams.db`, which is made with the first sample. */
  readonly dataDirectory: string;
  readonly clock: Clock;
  /** A commit failed; what it held is tried again with the next. */
  onFailure(error: unknown): void;
  /** Samples were given up, because the disk refused them for too long. */
  onLoss(streamId: string, samples: number): void;
  /**
   * What was stored is gone: the file was damaged and is set aside, under this name, or somebody took it away (null). A
   * new one has begun. Without it a damaged file stays: of several processes that write it one may give it.
   */
  onAnew?(aside: string | null): void;
}

/** Samples go in one by one, chunks come out: compressed and committed beside the event loop. */
export function createStreamStore({ dataDirectory, clock, onFailure, onLoss, onAnew }: StreamStoreOptions) {
  const thread = createStreamAsker({
    dataDirectory,
    clock,
    replaces: onAnew !== undefined,
    onAnew: onAnew ?? (() => {}),
  });
  /** What grows in memory, by stream. */
  const open = new Map<string, { assembler: Assembler; since: number }>();
  /** What is finished and not on disk. */
  let due: Piece[] = [];
  let sending: Promise<void> | undefined;
  let stopBeating: (() => void) | undefined;
  let staging: { frames: NewFrame[]; done: Promise<void> } | undefined;
  let stagingBefore: Promise<unknown> = Promise.resolve();
  const totals = { stored: 0, known: 0 };

  function forget(streamId: string): void {
    open.delete(streamId);
    due = due.filter((piece) => piece.streamId !== streamId);
  }

  function seal(streamId: string): void {
    due.push(...(open.get(streamId)?.assembler.end() ?? []));
    open.delete(streamId);
  }

  function sealOld(): void {
    const oldest = clock.monotonic() - sealAfterMs;
    for (const [streamId, { since }] of open) if (since <= oldest) seal(streamId);
  }

  /** Commits all that is due, in order. Rejects when the disk refused it: it stays due. */
  async function send(): Promise<void> {
    const pieces = due;
    if (pieces.length === 0) return;
    due = [];
    try {
      const { stored, known } = await thread.ask('put', pieces, clock.now());
      totals.stored += stored;
      totals.known += known;
    } catch (error) {
      due = pieces.concat(due);
      giveUpOldest();
      onFailure(error);
      throw error;
    }
  }

  function giveUpOldest(): void {
    let size = due.reduce((sum, { values }) => sum + values.length, 0);
    while (size > mostWaiting) {
      const oldest = due.shift();
      if (oldest === undefined) return;
      size -= oldest.values.length;
      onLoss(oldest.streamId, oldest.count);
    }
  }

  /** After what is being sent, so that no two are under way. */
  function sendNext(): Promise<void> {
    const next = (sending ?? Promise.resolve()).catch(() => {}).then(send);
    const mine = next.finally(() => {
      if (sending === mine) sending = undefined;
    });
    mine.catch(() => {});
    sending = mine;
    return mine;
  }

  function beat(): void {
    sealOld();
    if (sending === undefined && due.length > 0) void sendNext().catch(() => {});
    if (open.size === 0 && due.length === 0) {
      stopBeating?.();
      stopBeating = undefined;
    }
  }

  return {
    /** Takes samples in. They are on disk within ten seconds, or when a `flush` after it resolves. */
    append(samples: Samples): void {
      const { streamId } = samples;
      let grows = open.get(streamId);
      if (grows === undefined) {
        grows = { assembler: createAssembler(), since: clock.monotonic() };
        open.set(streamId, grows);
      }
      const { assembler } = grows;
      const begun = assembler.begun();
      due.push(...assembler.add({ ...samples, holes: [] }).map(ownCopy));
      if (assembler.begun() !== begun) grows.since = clock.monotonic();
      stopBeating ??= clock.every(beatMs, beat);
    },

    /** Resolves when all samples of a stream, or of all, are on disk; rejects when the disk refused. */
    async flush(streamId?: string): Promise<void> {
      if (streamId === undefined) for (const id of [...open.keys()]) seal(id);
      else seal(streamId);
      await (due.length > 0 || sending !== undefined ? sendNext() : Promise.resolve());
    },

    /** Resolves when nothing is being sent: what was due at the last beat is on disk, or was refused. */
    sent: async (): Promise<void> => {
      await sending?.catch(() => {});
    },

    /** Stores a recording that is whole. */
    put: (pieces: readonly Piece[]): Promise<Stored> => thread.ask('put', pieces, clock.now()),

    /**
     * Resolves when the frame is on disk, so that it can be acknowledged: for processes of which each sees some of a
     * stream's. Those of one moment share a commit. Whoever has all of them makes chunks of them (`openStreamWriter`).
     */
    stage(given: NewFrame): Promise<void> {
      // Not a view: a thread is sent the whole memory behind it.
      const frame = { ...given, bytes: new Uint8Array(given.bytes) };
      if (staging !== undefined) {
        staging.frames.push(frame);
        return staging.done;
      }
      const batch = { frames: [frame], done: Promise.resolve() };
      const ready = stagingBefore;
      batch.done = (async () => {
        await ready;
        staging = undefined;
        await thread.ask('stage', batch.frames, clock.now());
      })();
      stagingBefore = batch.done.catch(() => {});
      staging = batch;
      return batch.done;
    },

    /** The least of arrival − sender's time among what is staged of a stream; null when nothing is. */
    quickestUs: (streamId: string): Promise<number | null> => thread.ask('quickestUs', streamId),
    /** Whether something is staged of a stream. */
    isStaged: (streamId: string): Promise<boolean> => thread.ask('isStaged', streamId),

    /** Every sample of a stream makes way for ten a second and a summary of each second. */
    thin: (streamId: string) => thread.ask('thin', streamId, clock.now()),
    /** Deletes streams, or one grade of them, also from memory. */
    async remove(streamIds: readonly string[], grade: Grade | null = null): Promise<void> {
      for (const streamId of streamIds) {
        if (grade === null) forget(streamId);
        await sending?.catch(() => {});
        // What was being sent and was refused is due again.
        if (grade === null) forget(streamId);
        await thread.ask('remove', streamId, grade);
      }
    },
    /** Streams of which nothing was stored since `before` (epoch ms). */
    streamsOlderThan: (before: number): Promise<string[]> => thread.ask('streamsOlderThan', before),
    /** What is on disk of a stream. */
    countsOf: (streamId: string): Promise<Counts> => thread.ask('countsOf', streamId),
    /** Rejects when nothing can be written. */
    probe: (): Promise<void> => thread.ask('probe'),
    /** Looks the file through, as far as it has so many bytes at most: what is damaged begins anew. */
    examine: (most = Number.POSITIVE_INFINITY): Promise<void> => thread.ask('examine', most),
    usage: (): Promise<Usage> => thread.ask('usage'),
    /** Samples stored, and those that had been stored before, since this began. */
    totals: (): Stored => ({ ...totals }),

    /** Stores what is in memory and closes the file. */
    async close(): Promise<void> {
      stopBeating?.();
      stopBeating = undefined;
      for (const id of [...open.keys()]) seal(id);
      if (due.length > 0 || sending !== undefined) await sendNext().catch(() => {});
      await thread.close();
    },
  };
}
/** Of a view of somebody else's memory a thread would be sent all that is behind it. */
const ownCopy = (piece: Piece): Piece =>
  piece.values.buffer instanceof SharedArrayBuffer ? piece : { ...piece, values: piece.values.slice() };

export type StreamStore = ReturnType<typeof createStreamStore>;
