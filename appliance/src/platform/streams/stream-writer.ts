import { crc32 } from 'node:zlib';
import { chunkSamples, chunkSpan, createAssembler } from './assembler.ts';
import { type Chunk, extentOf, type Grade, type Piece, presentIn, uncovered, within } from './chunk.ts';
import { encodeChunk } from './chunk-codec.ts';
import type { Damage } from './damage.ts';
import { openForWriting, patienceMs, streamFile } from './stream-connection.ts';
import { isDamage, readChunks } from './stream-reader.ts';
import type { FrameRow } from './streams-tables.ts';
import { inOrder, lostAmong, stretchesOf } from './stretches.ts';
import { summary, thinned } from './thinning.ts';

/** Staged samples become chunks when the first of them is so old, or when there are enough for one. */
export const foldAfterMs = 8_000;
/** Whoever folds does so for a while: a second one would only wait for the lock. */
const leaseMs = 5_000;
/** A transaction that folds is over soon, so that nobody waits long to stage. */
const framesAtOnce = 5_000;
/** Pages given back to the disk at once. */
const vacuumPages = 4_000;

export interface Stored {
  /** Samples that are new. */
  readonly stored: number;
  /** Samples that were there already. */
  readonly known: number;
}

export interface FoldRequest {
  readonly holder: string;
  /** Epoch ms. */
  readonly now: number;
  /** Whatever is staged of these, however young it is. */
  readonly streamIds?: readonly string[];
}

export interface Folded extends Stored {
  /** false: somebody else folds. */
  readonly held: boolean;
  readonly damages: readonly Damage[];
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
  /** Samples acknowledged that are not in a chunk yet. */
  readonly staged: number;
}

const insertChunk = `
  INSERT INTO chunks (stream_id, grade, run, seq, t0_us, dt_us, count, codec, layout, holes, crc32, stored_at, data)
  VALUES (@streamId, @grade, @run, @seq, @t0Us, @dtUs, @count, @codec, @layout, @holes, @crc32, @storedAt, @data)`;
const insertFrame = `
  INSERT INTO frames (stream_id, run, seq, t0_us, dt_us, count, layout, crc32, staged_at, data)
  VALUES (@streamId, @run, @seq, @t0Us, @dtUs, @count, @layout, @crc32, @stagedAt, @data)
  ON CONFLICT (stream_id, run, seq, count) DO NOTHING`;
const chunksBefore = `
  SELECT seq, count, holes FROM chunks WHERE stream_id = ? AND grade = ? AND run = ? AND seq < ? ORDER BY seq DESC`;
const framesOf = `
  SELECT f.id, f.run, f.seq, f.t0_us, f.dt_us, f.count, f.crc32, f.data, l.channels
  FROM frames AS f LEFT JOIN layouts AS l ON l.id = f.layout
  WHERE f.stream_id = ? ORDER BY f.run, f.seq LIMIT ${framesAtOnce}`;
const streamsDue = `
  SELECT stream_id FROM frames GROUP BY stream_id HAVING min(staged_at) <= ? OR sum(count) >= ${chunkSamples}`;
const takeLease = `
  INSERT INTO leases (name, holder, until) VALUES ('fold', @holder, @until)
  ON CONFLICT (name) DO UPDATE SET holder = @holder, until = @until
  WHERE holder = @holder OR until < @now OR until > @now + ${2 * leaseMs}`;

const frameChecksum = (
  streamId: string,
  { run, seq, t0Us, dtUs, count, channels }: Omit<Piece, 'holes' | 'values'>,
  data: Uint8Array,
): number => crc32(data, crc32(JSON.stringify([streamId, run, seq, t0Us, dtUs, count, channels])));

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
      const holes: Piece['holes'] = JSON.parse(row.holes);
      if (row.seq + extentOf({ count: row.count, holes }) > range.from) {
        stored.push(...presentIn({ seq: row.seq, count: row.count, holes }));
      } else if (row.seq + chunkSpan < range.from) break;
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

  function piecesOfFrames(
    streamId: string,
    rows: readonly FrameRow[],
  ): { pieces: Piece[]; damages: Damage[] } {
    const assembler = createAssembler();
    const pieces: Piece[] = [];
    const damages: Damage[] = [];
    for (const row of rows) {
      const piece = pieceOfFrame(streamId, row);
      if (piece === null) damages.push({ code: 'frame_damaged', streamId, run: row.run, seq: row.seq });
      else pieces.push(...assembler.add(piece));
    }
    return { pieces: [...pieces, ...assembler.end()], damages };
  }

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

    /** Keeps pieces as they came, so that they can be acknowledged; one that is there already is there once. */
    stage(pieces: readonly Piece[], stagedAt: number): void {
      inTransaction(() => {
        for (const { holes: _, values, ...piece } of pieces) {
          const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
          const layout = layoutOf(piece.channels);
          stageFrame.run({
            ...piece,
            layout,
            data,
            crc32: frameChecksum(piece.streamId, piece, data),
            stagedAt,
          });
        }
      });
    },

    /** Makes chunks of what is staged and due. Staged samples disappear with the commit that has them in a chunk. */
    fold({ holder, now: at, streamIds }: FoldRequest): Folded {
      const lease = { holder, now: at, until: at + leaseMs };
      const held = inTransaction(() => connection.prepare(takeLease).run(lease).changes === 1);
      const result = { held, stored: 0, known: 0, damages: [] as Damage[] };
      if (!held && streamIds === undefined) return result;
      const due = connection.prepare<[number], string>(streamsDue).pluck();
      for (const streamId of streamIds ?? due.all(at - foldAfterMs)) {
        for (let rows = framesAtOnce; rows === framesAtOnce; ) {
          rows = inTransaction(() => {
            const frames = connection.prepare<[string], FrameRow>(framesOf).all(streamId);
            const { pieces, damages } = piecesOfFrames(streamId, frames);
            const { stored, known } = putInTransaction(encoded(pieces), at);
            const remove = connection.prepare('DELETE FROM frames WHERE id = ?');
            for (const { id } of frames) remove.run(id);
            result.stored += stored;
            result.known += known;
            result.damages.push(...damages);
            return frames.length;
          });
        }
      }
      return result;
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
        if (grade === null) connection.prepare('DELETE FROM frames WHERE stream_id = ?').run(streamId);
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

    /** What is stored of a stream, staged samples left out. */
    countsOf(streamId: string): Counts {
      const rows = connection
        .prepare<[string], { run: string; seq: number; count: number; holes: string }>(
          `SELECT run, seq, count, holes FROM chunks WHERE stream_id = ? AND grade = 'raw' ORDER BY t0_us, id`,
        )
        .all(streamId);
      const heads = rows.map(({ holes, ...row }) => ({ ...row, holes: JSON.parse(holes) as Piece['holes'] }));
      return { samples: heads.reduce((sum, { count }) => sum + count, 0), lost: lostAmong(heads) };
    },

    usage(): Usage {
      const pragma = (name: string) => Number(connection.pragma(name, { simple: true }));
      const count = (sql: string) => Number(connection.prepare(sql).pluck().get());
      return {
        bytes: (pragma('page_count') - pragma('freelist_count')) * pragma('page_size'),
        streams: count('SELECT count(DISTINCT stream_id) FROM chunks'),
        staged: count('SELECT coalesce(sum(count), 0) FROM frames'),
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

function pieceOfFrame(streamId: string, row: FrameRow): Piece | null {
  const { run, seq, t0_us: t0Us, dt_us: dtUs, count, data } = row;
  try {
    const channels: Piece['channels'] = JSON.parse(row.channels);
    const head = { streamId, run, seq, t0Us, dtUs, count, channels };
    if (frameChecksum(streamId, head, data) !== row.crc32) return null;
    const values = new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
    return { ...head, holes: [], values };
  } catch {
    return null;
  }
}
