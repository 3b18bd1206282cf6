import { crc32 } from 'node:zlib';
import { chunkSpan, createAssembler } from './assembler.ts';
import { type Chunk, extentOf, type Grade, type Piece, presentIn, uncovered, within } from './chunk.ts';
import { encodeChunk } from './chunk-codec.ts';
import type { Damage } from './damage.ts';
import { FileDamaged } from './damaged-file.ts';
import { openForWriting, pageSize, patienceMs, streamFile } from './stream-connection.ts';
import { isDamage, readChunks, readHeads } from './stream-reader.ts';
import type { FrameRow } from './streams-tables.ts';
import { inOrder, lostAmong, stretchesOf } from './stretches.ts';
import { summary, thinned } from './thinning.ts';

/** Pages given back to the disk at once. */
const vacuumPages = 4_000;

export interface Stored {
  /** Samples that are new. */
  readonly stored: number;
  /** Samples that were there already. */
  readonly known: number;
}

/** What a sender sent at once, as it came. */
export interface StagedFrame {
  readonly id: number;
  /** Epoch µs. */
  readonly receivedUs: number;
  /** µs of the clock that all processes of this machine share, and that only goes forward. */
  readonly arrivedUs: number;
  readonly bytes: Uint8Array;
}

/** The same for one that is new; its sender's number and time tell it from others of the stream. */
export interface NewFrame extends Omit<StagedFrame, 'id'> {
  readonly streamId: string;
  readonly number: number;
  readonly timeUs: number;
  /** When its stream ended, epoch µs; null as long as it goes on. Once it is assembled up to there, nothing more is taken. */
  readonly endUs: number | null;
}

export interface Staged {
  /** In the order in which they were stored. */
  readonly frames: readonly StagedFrame[];
  readonly damages: readonly Damage[];
  /** All that are there, damaged ones included: what `assemble` takes away. */
  readonly ids: readonly number[];
  /** Up to here the stream is assembled; epoch µs. */
  readonly assembledUs: number | null;
}

export interface Counts {
  readonly samples: number;
  /** Missing between the first and the last of a run. */
  readonly lost: number;
}

export interface Usage {
  /** Of the file, without pages that are free. */
  readonly bytes: number;
  readonly streams: number;
  /** Frames acknowledged that are not in a chunk yet. */
  readonly staged: number;
}

const insertChunk = `
  INSERT INTO chunks (stream_id, grade, run, seq, t0_us, dt_us, count, codec, layout, holes, crc32, stored_at, data)
  VALUES (@streamId, @grade, @run, @seq, @t0Us, @dtUs, @count, @codec, @layout, @holes, @crc32, @storedAt, @data)`;
const insertFrame = `
  INSERT INTO frames (stream_id, number, time_us, digest, received_us, arrived_us, crc32, staged_at, data)
  SELECT @streamId, @number, @timeUs, @digest, @receivedUs, @arrivedUs, @crc32, @stagedAt, @bytes
  WHERE NOT EXISTS (SELECT 1 FROM assembled WHERE stream_id = @streamId AND until_us >= @endUs)
  ON CONFLICT (stream_id, number, time_us, digest) DO NOTHING`;
const chunksBefore = `
  SELECT seq, count, holes FROM chunks WHERE stream_id = ? AND grade = ? AND run = ? AND seq < ? ORDER BY seq DESC`;
const framesOf = 'SELECT * FROM frames WHERE stream_id = ? ORDER BY id';
const keepAssembled = `
  INSERT INTO assembled (stream_id, until_us) VALUES (@streamId, @untilUs)
  ON CONFLICT (stream_id) DO UPDATE SET until_us = max(until_us, @untilUs)`;
const frameChecksum = ({
  streamId,
  number,
  timeUs,
  receivedUs,
  arrivedUs,
  bytes,
}: Omit<NewFrame, 'endUs'>): number =>
  crc32(bytes, crc32(JSON.stringify([streamId, number, timeUs, receivedUs, arrivedUs])));

/** Of a row that is damaged nothing is believed: whoever reads it names it, and others are stored beside it. */
function holesIn(json: string): Piece['holes'] {
  try {
    const holes: Piece['holes'] = JSON.parse(json);
    return holes.every(({ at, lost }) => Number.isInteger(at) && Number.isInteger(lost)) ? holes : [];
  } catch {
    return [];
  }
}

/**
 * Writes `streams.db`, synchronously: for a thread of its own. Each function is one short transaction, so that several
 * processes can write the same file. `now` is for the file's own bookkeeping, epoch ms.
 */
export function openStreamWriter(dataDirectory: string, now: number) {
  const connection = openForWriting(streamFile(dataDirectory), now);
  const inTransaction = <Result>(work: () => Result): Result => connection.transaction(work).immediate();
  const insert = connection.prepare(insertChunk);
  const stageFrame = connection.prepare(insertFrame);
  const before = connection.prepare<unknown[], { seq: number; count: number; holes: string }>(chunksBefore);
  const findLayout = connection
    .prepare<[string], number>('SELECT id FROM layouts WHERE channels = ?')
    .pluck();
  const addLayout = connection.prepare('INSERT INTO layouts (channels) VALUES (?)');

  function layoutOf(channels: Piece['channels']): number {
    const said = JSON.stringify(channels);
    return findLayout.get(said) ?? Number(addLayout.run(said).lastInsertRowid);
  }

  function insertEncoded(chunk: Chunk, storedAt: number): void {
    const { channels, holes, ...rest } = chunk;
    insert.run({ ...rest, layout: layoutOf(channels), holes: JSON.stringify(holes), storedAt });
  }

  /** The parts of a piece that are not stored yet; the piece itself when nothing of it is. */
  function unknownOf(piece: Piece, grade: Grade): Piece[] {
    const { streamId, run, seq } = piece;
    const range = { from: seq, to: seq + extentOf(piece) };
    const stored = [];
    for (const row of before.iterate(streamId, grade, run, range.to)) {
      const chunk = { seq: row.seq, count: row.count, holes: holesIn(row.holes) };
      const extent = extentOf(chunk);
      // No chunk is longer: it is damaged, and nobody can tell what it held.
      if (extent > chunkSpan) continue;
      if (row.seq + extent > range.from) stored.push(...presentIn(chunk));
      else if (row.seq + chunkSpan < range.from) break;
    }
    if (stored.length === 0) return [piece];
    return uncovered(range, stored).flatMap((part) => within(piece, part));
  }

  function putInTransaction(chunks: readonly [Piece, Chunk][], storedAt: number): Stored {
    let stored = 0;
    let known = 0;
    for (const [piece, chunk] of chunks) {
      const parts = unknownOf(piece, chunk.grade);
      for (const part of parts) {
        insertEncoded(part === piece ? chunk : encodeChunk(part, chunk.grade), storedAt);
        stored += part.count;
        known -= part.count;
      }
      known += piece.count;
    }
    return { stored, known };
  }

  const encoded = (pieces: readonly Piece[], grade: Grade = 'raw'): [Piece, Chunk][] =>
    pieces.map((piece) => [piece, encodeChunk(piece, grade)]);

  function giveBack(): void {
    connection.pragma(`incremental_vacuum(${vacuumPages})`);
  }

  /** Not at any price: who reads just now must not hold up who writes. */
  function emptyLog(): void {
    connection.pragma('busy_timeout = 50');
    connection.pragma('wal_checkpoint(TRUNCATE)');
    connection.pragma(`busy_timeout = ${patienceMs}`);
  }

  return {
    /** Stores pieces as chunks; samples that are stored already are left out and counted. */
    put(pieces: readonly Piece[], storedAt: number): Stored {
      // Compressed before anybody has to wait for it.
      const chunks = encoded(pieces);
      return inTransaction(() => putInTransaction(chunks, storedAt));
    },

    /** Keeps frames as they came, so that they can be acknowledged; one that is there already is there once. */
    stage(frames: readonly NewFrame[], stagedAt: number): void {
      inTransaction(() => {
        for (const frame of frames)
          stageFrame.run({ ...frame, digest: crc32(frame.bytes), crc32: frameChecksum(frame), stagedAt });
      });
    },

    /** What is staged of a stream. */
    staged(streamId: string): Staged {
      const rows = connection.prepare<[string], FrameRow>(framesOf).all(streamId);
      const frames: StagedFrame[] = [];
      const damages: Damage[] = [];
      for (const row of rows) {
        const { number, time_us: timeUs, received_us: receivedUs, arrived_us: arrivedUs, data: bytes } = row;
        const frame = { streamId, number, timeUs, receivedUs, arrivedUs, bytes };
        if (frameChecksum(frame) === row.crc32) frames.push({ id: row.id, receivedUs, arrivedUs, bytes });
        else damages.push({ code: 'frame_damaged', streamId, run: '', seq: number });
      }
      const assembled = connection.prepare<[string], number>(
        'SELECT until_us FROM assembled WHERE stream_id = ?',
      );
      return {
        frames,
        damages,
        ids: rows.map(({ id }) => id),
        assembledUs: assembled.pluck().get(streamId) ?? null,
      };
    },

    /** The least of arrival − sender's time among what is staged of a stream; null when nothing is. */
    quickestUs: (streamId: string): number | null =>
      connection
        .prepare<[string], number | null>('SELECT min(arrived_us - time_us) FROM frames WHERE stream_id = ?')
        .pluck()
        .get(streamId) ?? null,

    isStaged: (streamId: string): boolean =>
      connection.prepare('SELECT 1 FROM frames WHERE stream_id = ? LIMIT 1').get(streamId) !== undefined,

    /**
     * Stores what was made of staged frames, and takes these away, in one commit. Null, and nothing is changed, when
     * they are not all that is staged any more: then it must be made anew.
     */
    assemble(
      { streamId, ids, untilUs }: { streamId: string; ids: readonly number[]; untilUs: number },
      pieces: readonly Piece[],
      storedAt: number,
    ): Stored | null {
      const chunks = encoded(pieces);
      const idsNow = connection.prepare<[string], number>(
        'SELECT id FROM frames WHERE stream_id = ? ORDER BY id',
      );
      return inTransaction(() => {
        if (idsNow.pluck().all(streamId).join() !== ids.join()) return null;
        connection.prepare('DELETE FROM frames WHERE stream_id = ?').run(streamId);
        connection.prepare(keepAssembled).run({ streamId, untilUs });
        return putInTransaction(chunks, storedAt);
      });
    },

    /** Every sample makes way for ten a second and a summary of each second. Answers what could not be read. */
    thin(streamId: string, storedAt: number): readonly Damage[] {
      const all = [...readChunks(connection, streamId, 'raw')];
      const stretches = inOrder(
        all.flatMap((one) => (isDamage(one) ? [] : stretchesOf(one.chunk, one.values))),
      );
      const chunks = [
        ...encoded(assembled(thinned(streamId, stretches)), 'thinned'),
        ...encoded(assembled(summary(streamId, stretches)), 'summary'),
      ];
      inTransaction(() => {
        putInTransaction(chunks, storedAt);
        connection.prepare(`DELETE FROM chunks WHERE stream_id = ? AND grade = 'raw'`).run(streamId);
      });
      giveBack();
      return all.filter(isDamage);
    },

    /** Deletes a stream, or one grade of it. The bytes are overwritten, in the log as well when nobody reads it. */
    remove(streamId: string, grade: Grade | null): void {
      inTransaction(() => {
        connection
          .prepare('DELETE FROM chunks WHERE stream_id = @streamId AND (@grade IS NULL OR grade = @grade)')
          .run({ streamId, grade });
        if (grade !== null) return;
        connection.prepare('DELETE FROM frames WHERE stream_id = ?').run(streamId);
        connection.prepare('DELETE FROM assembled WHERE stream_id = ?').run(streamId);
      });
      giveBack();
      emptyLog();
    },

    /** Streams of which nothing is newer than `before` (epoch ms). */
    streamsOlderThan: (before: number): string[] =>
      connection
        .prepare<[number], string>(
          `SELECT stream_id FROM
            (SELECT stream_id, stored_at FROM chunks UNION ALL SELECT stream_id, staged_at FROM frames)
           GROUP BY stream_id HAVING max(stored_at) < ?`,
        )
        .pluck()
        .all(before),

    /** What is stored of a stream, staged samples left out. What is damaged is no sample any more. */
    countsOf(streamId: string): Counts {
      const heads = [];
      for (const head of readHeads(connection, streamId, 'raw')) {
        if (isDamage(head)) continue;
        const { run, seq, count, holes } = head.chunk;
        heads.push({ run, seq, count, holes });
      }
      return { samples: heads.reduce((sum, { count }) => sum + count, 0), lost: lostAmong(heads) };
    },

    /** Throws when nothing can be written. */
    probe(): void {
      inTransaction(() => {
        connection.prepare(keepAssembled).run({ streamId: '', untilUs: 0 });
        connection.prepare(`DELETE FROM assembled WHERE stream_id = ''`).run();
      });
    },

    /** Looks at every page of a file that has at most so many bytes. Throws `FileDamaged`. */
    examine(most: number): void {
      const pages = Number(connection.pragma('page_count', { simple: true }));
      if (pages * pageSize > most) return;
      const verdict = String(connection.pragma('quick_check(1)', { simple: true }));
      if (verdict !== 'ok') throw new FileDamaged(verdict);
    },

    usage(): Usage {
      const pragma = (name: string) => Number(connection.pragma(name, { simple: true }));
      const count = (sql: string) => Number(connection.prepare(sql).pluck().get());
      return {
        bytes: (pragma('page_count') - pragma('freelist_count')) * pragma('page_size'),
        streams: count('SELECT count(DISTINCT stream_id) FROM chunks'),
        staged: count('SELECT count(*) FROM frames'),
      };
    },

    close: () => void connection.close(),
  };
}
export type StreamWriter = ReturnType<typeof openStreamWriter>;

function assembled(pieces: readonly Piece[]): Piece[] {
  const assembler = createAssembler();
  return [...pieces.flatMap((piece) => assembler.add(piece)), ...assembler.end()];
}
