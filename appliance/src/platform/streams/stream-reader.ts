import Sqlite, { type Database as Connection } from 'better-sqlite3';
import type { Chunk, Codec, Grade, Values } from './chunk.ts';
import { checksumOf, decodeChunk } from './chunk-codec.ts';
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

/** A chunk as it is stored, without its values; what is damaged is named. */
export type Head = { readonly chunk: Chunk } | Damage;

const idsOfStream = 'SELECT id FROM chunks WHERE stream_id = ? AND grade = ? ORDER BY t0_us, id';
const chunkOfId = `
  SELECT c.stream_id, c.grade, c.run, c.seq, c.t0_us, c.dt_us, c.count, c.codec, c.holes, c.crc32, c.data, l.channels
  FROM chunks AS c LEFT JOIN layouts AS l ON l.id = c.layout WHERE c.id = ?`;

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

const damageOf = ({ stream_id: streamId, run, seq }: ChunkRow): Damage => ({
  code: 'chunk_damaged',
  streamId,
  run,
  seq,
});

function readBack(row: ChunkRow): ReadChunk | Damage {
  const chunk = chunkOf(row);
  const values = chunk === null ? null : decoded(chunk);
  return chunk === null || values === null ? damageOf(row) : { chunk, values };
}

function headOf(row: ChunkRow): Head {
  const chunk = chunkOf(row);
  return chunk === null || checksumOf(chunk, chunk.data) !== chunk.crc32 ? damageOf(row) : { chunk };
}

/** Damaged heads can say anything, so also what makes no sense. */
function decoded(chunk: Chunk): Values[] | null {
  try {
    return decodeChunk(chunk);
  } catch {
    return null;
  }
}

/**
 * The rows of a stream one by one, in order of time. Nothing is held in between: whoever goes through them slowly is in
 * nobody's way. A file that cannot be read on ends with `file_damaged`.
 */
function* rowsOf<Read>(
  connection: Connection,
  streamId: string,
  grade: Grade,
  read: (row: ChunkRow) => Read,
): Generator<Read | Damage> {
  try {
    const row = connection.prepare<[number], ChunkRow>(chunkOfId);
    for (const id of connection.prepare<unknown[], number>(idsOfStream).pluck().all(streamId, grade)) {
      const found = row.get(id);
      if (found !== undefined) yield read(found);
    }
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || !error.code.startsWith('SQLITE_CORRUPT')) throw error;
    yield { code: 'file_damaged', streamId, run: '', seq: 0 };
  }
}

export const readChunks = (connection: Connection, streamId: string, grade: Grade) =>
  rowsOf(connection, streamId, grade, readBack);
/** The same without values, at the cost of a checksum. */
export const readHeads = (connection: Connection, streamId: string, grade: Grade) =>
  rowsOf(connection, streamId, grade, headOf);

export const isDamage = (one: object): one is Damage => 'code' in one;

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
    chunks,
    /** The same without values, at the cost of a checksum. */
    *heads(streamId: string, grade: Grade = 'raw'): Generator<Head> {
      if (connection !== null) yield* readHeads(connection, streamId, grade);
    },
    read(streamId: string, grade: Grade = 'raw'): ReadStream {
      const all = [...chunks(streamId, grade)];
      const stretches = all.flatMap((one) => (isDamage(one) ? [] : stretchesOf(one.chunk, one.values)));
      return { stretches: inOrder(stretches), damages: all.filter(isDamage) };
    },
    close: () => void connection?.close(),
  };
}
export type StreamReader = ReturnType<typeof openStreamReader>;
