import type { Migration } from '../database/migrations.ts';

/** The timeline of `streams.db`, which is a file of its own and this machine's own business. */
export const streamMigrations: readonly Migration[] = [
  {
    name: '0001-samples-are-kept-in-chunks',
    sql: `
      -- What the values of a sample mean, as JSON: said once for all chunks that have the same.
      CREATE TABLE layouts (id INTEGER PRIMARY KEY, channels TEXT NOT NULL UNIQUE) STRICT;

      -- A rowid table: without one, half of each page that a chunk flows over to would stay empty.
      CREATE TABLE chunks (
        id INTEGER PRIMARY KEY,
        stream_id TEXT NOT NULL,
        grade TEXT NOT NULL,
        run TEXT NOT NULL,
        seq INTEGER NOT NULL,
        t0_us INTEGER NOT NULL,
        dt_us INTEGER NOT NULL,
        count INTEGER NOT NULL,
        codec TEXT NOT NULL,
        layout INTEGER NOT NULL REFERENCES layouts (id),
        holes TEXT NOT NULL,
        crc32 INTEGER NOT NULL,
        -- Epoch ms; the only thing that the checksum is not over.
        stored_at INTEGER NOT NULL,
        data BLOB NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX chunks_by_stream ON chunks (stream_id, grade, run, seq);

      -- What was acknowledged and is not in a chunk yet: written by whoever takes samples in, folded by one of them.
      CREATE TABLE frames (
        id INTEGER PRIMARY KEY,
        stream_id TEXT NOT NULL,
        run TEXT NOT NULL,
        seq INTEGER NOT NULL,
        t0_us INTEGER NOT NULL,
        dt_us INTEGER NOT NULL,
        count INTEGER NOT NULL,
        layout INTEGER NOT NULL REFERENCES layouts (id),
        crc32 INTEGER NOT NULL,
        staged_at INTEGER NOT NULL,
        data BLOB NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX frames_by_stream ON frames (stream_id, run, seq, count);

      -- Who does what only one should do, until when (epoch ms).
      CREATE TABLE leases (
        name TEXT NOT NULL PRIMARY KEY,
        holder TEXT NOT NULL,
        until INTEGER NOT NULL
      ) STRICT`,
  },
  {
    name: '0002-frames-are-staged-as-they-came',
    sql: `
      DROP TABLE leases;
      DROP TABLE frames;

      -- What was acknowledged and is not in a chunk yet, in the order of its commits: a sender's frames, as they came.
      CREATE TABLE frames (
        id INTEGER PRIMARY KEY,
        stream_id TEXT NOT NULL,
        -- As its sender numbers and times it.
        number INTEGER NOT NULL,
        time_us INTEGER NOT NULL,
        digest INTEGER NOT NULL,
        received_us INTEGER NOT NULL,
        arrived_us INTEGER NOT NULL,
        -- Over all of it; the digest is over the data alone, so that a frame that came twice has the same.
        crc32 INTEGER NOT NULL,
        staged_at INTEGER NOT NULL,
        data BLOB NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX frames_by_stream ON frames (stream_id, number, time_us, digest);

      -- Up to which moment (epoch us) a stream is made of what was staged: what comes later and is older is too late.
      CREATE TABLE assembled (stream_id TEXT NOT NULL PRIMARY KEY, until_us INTEGER NOT NULL) STRICT`,
  },
];

export interface ChunkRow {
  stream_id: string;
  grade: string;
  run: string;
  seq: number;
  t0_us: number;
  dt_us: number;
  count: number;
  codec: string;
  channels: string;
  holes: string;
  crc32: number;
  data: Buffer;
}

export interface FrameRow {
  id: number;
  number: number;
  time_us: number;
  received_us: number;
  arrived_us: number;
  crc32: number;
  data: Buffer;
}
