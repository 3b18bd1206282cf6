import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { Chunk, Codec, Grade, Values } from './chunk.ts';
import { decodeChunk } from './chunk-codec.ts';
import type { Damage } from './damage.ts';
import { openForReading, streamFile } from './stream-connection.ts';
import type { ChunkRow } from './streams-tables.ts';
import { inOrder, type Stretch, stretchesOf } from './stretches.ts';

export interface ReadStream {
  /** In order of time; what lies between two of them is missing. */
  readonly stretches: readonly Stretch[];
  readonly damages: readonly Damage[];
}

export interface ReadChunk {
  readonly chunk: Chunk;
  /** Of each channel. */
  readonly values: readonly Values[];
}

const chunksOfStream = `
  SELECT c.stream_id, c.grade, c.run, c.seq, c.t0_us, c.dt_us, c.count, c.codec, c.holes, c.crc32, c.data, l.channels
  FROM chunks AS c LEFT JOIN layouts AS l ON l.id = c.layout
  WHERE c.stream_id = ? AND c.grade = ? ORDER BY c.t0_us, c.id`;

/** What a row says, if it says anything that could be a chunk. */
function chunkOf(row: ChunkRow): Chunk | null {
  try {
    return {
      streamId: row.stream_id,
      grade: row.grade as Grade,
      run: row.run,
      seq: row.seq,
      t0Us: row.t0_us,
      dtUs: row.dt_us,
      count: row.count,
      codec: row.codec as Codec,
      channels: JSON.parse(row.channels),
      holes: JSON.parse(row.holes),
      crc32: row.crc32,
      data: row.data,
    };
  } catch {
    return null;
  }
}

/** A row read back: what was written, or what is damaged. */
export function readRow(row: ChunkRow): ReadChunk | Damage {
  const chunk = chunkOf(row);
  const values = chunk === null ? null : decoded(chunk);
  if (chunk === null || values === null)
    return { code: 'chunk_damaged', streamId: row.stream_id, run: row.run, seq: row.seq };
  return { chunk, values };
}

/** Damaged heads can say anything, so also what makes no sense. */
function decoded(chunk: Chunk): Values[] | null {
  try {
    return decodeChunk(chunk);
  } catch {
    return null;
  }
}

/** The chunks of a stream one by one, in order of time. A file that cannot be read on ends with `file_damaged`. */
export function* readChunks(
  connection: Connection,
  streamId: string,
  grade: Grade,
): Generator<ReadChunk | Damage> {
  try {
    for (const row of connection.prepare<unknown[], ChunkRow>(chunksOfStream).iterate(streamId, grade))
      yield readRow(row);
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || !error.code.startsWith('SQLITE_CORRUPT')) throw error;
    yield { code: 'file_damaged', streamId, run: '', seq: 0 };
  }
}

export const isDamage = (one: ReadChunk | Damage): one is Damage => 'code' in one;

/**
 * Reads `streams.db` beside whoever writes it: for a thread of its own, and for exports. Without a file there are no
 * streams. Nothing that is damaged is ever decoded.
 */
export function openStreamReader(dataDirectory: string) {
  const connection = openForReading(streamFile(dataDirectory));

  function* chunks(streamId: string, grade: Grade = 'raw'): Generator<ReadChunk | Damage> {
    if (connection !== null) yield* readChunks(connection, streamId, grade);
  }

  return {
    /** One by one; nothing else is asked of this reader until the last. */
    chunks,
    read(streamId: string, grade: Grade = 'raw'): ReadStream {
      const all = [...chunks(streamId, grade)];
      const stretches = all.flatMap((one) => (isDamage(one) ? [] : stretchesOf(one.chunk, one.values)));
      return { stretches: inOrder(stretches), damages: all.filter(isDamage) };
    },
    close: () => void connection?.close(),
  };
}
export type StreamReader = ReturnType<typeof openStreamReader>;
