import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Piece } from '../../src/platform/streams/chunk.ts';
import { decodeChunk, encodeChunk } from '../../src/platform/streams/chunk-codec.ts';
import { openStreamReader } from '../../src/platform/streams/stream-reader.ts';
import { openStreamWriter } from '../../src/platform/streams/stream-writer.ts';
import { openRows, type RowShape, type SampleRows } from '../baselines/rows-per-sample/row-tables.ts';
import { channels } from './hands.ts';
import type { Recordings } from './recordings.ts';

/** One way to keep samples; all figures are of one sample of 15 channels. */
export interface Kept {
  readonly bytes: number;
  /** CPU until it is synced, and until it is read back, µs. */
  readonly writeUs: number;
  readonly readUs: number;
}

export interface Storage {
  readonly samples: number;
  readonly ways: Readonly<Record<'chunks' | RowShape, Kept>>;
  /** Of the codec alone, µs. */
  readonly encodeUs: number;
  readonly decodeUs: number;
}

/** The store seals a chunk with the first beat, one a second, after eight seconds. */
const secondsOfChunks = [8, 8.5, 9, 8.25, 8.75];
/** What comes in a second from two hundred gloves: a commit of the rows. */
const samplesOfCommit = 20_000;

export function measureStorage(directory: string, { rateHz, layout, gloves }: Recordings): Storage {
  mkdirSync(directory, { recursive: true });
  const dtUs = Math.round(1e6 / rateHz);
  const samples = gloves.reduce((sum, { length }) => sum + length, 0) / channels;
  const pieces = gloves.flatMap((values, glove): Piece[] =>
    slices(values, rateHz).map(({ from, part }) => ({
      streamId: `019aa000-0000-7000-8000-${String(glove).padStart(12, '0')}`,
      run: `019aa000-0000-7000-9000-${String(glove).padStart(12, '0')}`,
      ...{ seq: from, t0Us: 1.7e15 + from * dtUs, dtUs, count: part.length / channels },
      ...{ channels: layout.channels, holes: [], values: part },
    })),
  );
  encodeChunk(pieces[0] as Piece);
  const encoded = timed(() => pieces.map((piece) => encodeChunk(piece)));
  const decoded = timed(() => encoded.result.map(decodeChunk));
  if (decoded.result.includes(null)) throw new Error('a chunk could not be read');
  const rows = gloves.flatMap((values, session): SampleRows[] =>
    slices(values, rateHz).map(({ from, part }) => ({
      ...{
        session,
        seq: from,
        t0Us: 1.7e15 + from * dtUs,
        dtUs,
        count: part.length / channels,
        values: part,
      },
    })),
  );
  const asRows = (shape: RowShape) => keptAsRows(join(directory, `${shape}.db`), shape, rows, samples);
  return {
    samples,
    ways: {
      chunks: keptAsChunks(join(directory, 'chunks'), pieces, samples),
      wide: asRows('wide'),
      narrow: asRows('narrow'),
      json: asRows('json'),
    },
    encodeUs: encoded.cpuUs / samples,
    decodeUs: decoded.cpuUs / samples,
  };
}

/** What one glove sent, as chunks are cut. */
function slices(values: Int16Array, rateHz: number): { from: number; part: Int16Array }[] {
  const parts = [];
  for (let from = 0, chunk = 0; from * channels < values.length; chunk += 1) {
    const to = from + Math.round((secondsOfChunks[chunk % secondsOfChunks.length] ?? 0) * rateHz);
    parts.push({ from, part: values.slice(from * channels, to * channels) });
    from = to;
  }
  return parts;
}

const isFull = (some: readonly { count: number }[]): boolean =>
  some.reduce((sum, { count }) => sum + count, 0) >= samplesOfCommit;

/** As many in one commit as come in a second. */
function commits<Some extends { readonly count: number }>(all: readonly Some[]): Some[][] {
  const groups: Some[][] = [[]];
  for (const one of all) {
    if (isFull(groups.at(-1) ?? [])) groups.push([]);
    groups.at(-1)?.push(one);
  }
  return groups;
}

function keptAsChunks(directory: string, pieces: readonly Piece[], samples: number): Kept {
  const writer = openStreamWriter(directory, 0);
  const empty = writer.usage().bytes;
  const written = timed(() => {
    for (const group of commits(pieces)) writer.put(group, 0);
  });
  const { bytes } = writer.usage();
  writer.close();
  const reader = openStreamReader(directory);
  const read = timed(() => {
    for (const id of new Set(pieces.map(({ streamId }) => streamId))) reader.read(id);
  });
  reader.close();
  return {
    bytes: (bytes - empty) / samples,
    writeUs: written.cpuUs / samples,
    readUs: read.cpuUs / samples,
  };
}

function keptAsRows(file: string, shape: RowShape, all: readonly SampleRows[], samples: number): Kept {
  const rows = openRows(file, shape);
  const empty = rows.bytes();
  const written = timed(() => {
    for (const group of commits(all)) rows.put(group);
  });
  const bytes = rows.bytes();
  const read = timed(() => {
    for (const session of new Set(all.map((one) => one.session))) rows.readSession(session);
  });
  rows.close();
  return {
    bytes: (bytes - empty) / samples,
    writeUs: written.cpuUs / samples,
    readUs: read.cpuUs / samples,
  };
}

/** CPU time says the same beside other load. */
function timed<Result>(work: () => Result): { cpuUs: number; result: Result } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system, result };
}
