import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeRecordings } from '../../testing/shared-recordings.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import type { Chunk, Piece, Values } from './chunk.ts';
import { decodeChunk, encodeChunk } from './chunk-codec.ts';
import { piecesOf } from './recording.ts';
import { openStreamReader } from './stream-reader.ts';
import { openStreamWriter } from './stream-writer.ts';
import { physical } from './stretches.ts';

const channelsOf = (width: number) =>
  Array.from({ length: width }, (_, index) => ({ name: `c${index}`, unit: '1', scale: 1, offset: 0 }));

const aPiece = (values: Values, width: number, holes: Piece['holes'] = []): Piece => ({
  streamId: 's',
  run: 'r',
  seq: 7,
  t0Us: 1_780_000_000_000_000,
  dtUs: 10_000,
  count: values.length / width,
  channels: channelsOf(width),
  holes,
  values,
});

const interleaved = (planar: readonly Values[] | null): number[] =>
  planar === null
    ? []
    : Array.from({ length: (planar[0]?.length ?? 0) * planar.length }, (_, index) =>
        Number(planar[index % planar.length]?.[Math.floor(index / planar.length)]),
      );

const rows = (min: number, max: number) =>
  fc
    .integer({ min: 1, max: 15 })
    .chain((width) =>
      fc
        .array(fc.integer({ min, max }), { minLength: width, maxLength: width * 60 })
        .map((all) => ({ width, values: all.slice(0, all.length - (all.length % width)) })),
    );

test('what is read is what was written, from the least to the most that 16 bits hold', () => {
  fc.assert(
    fc.property(fc.oneof(rows(-32_768, 32_767), rows(-32_768, -32_766)), ({ width, values }) => {
      expect(interleaved(decodeChunk(encodeChunk(aPiece(Int16Array.from(values), width))))).toEqual(values);
    }),
  );
  const wrap = [-32_768, 32_767, -32_768, 0, 32_767, -1];
  expect(interleaved(decodeChunk(encodeChunk(aPiece(Int16Array.from(wrap), 1))))).toEqual(wrap);
});

test('measurements of 24 bits keep every bit', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 200 }), (all) => {
      const values = Float32Array.from(all);
      const [read] = decodeChunk(encodeChunk(aPiece(values, 1))) ?? [];
      expect(new Int32Array(read?.buffer ?? new ArrayBuffer())).toEqual(new Int32Array(values.buffer));
    }),
  );
});

test('one flipped bit anywhere, in the data or in what is said of it: never a number', () => {
  const values = Int16Array.from({ length: 300 }, (_, index) => index * 37 - 4_000);
  const chunk = encodeChunk(aPiece(values, 3, [{ at: 10, lost: 2 }]));
  const damaged: Chunk[] = [
    ...Array.from({ length: chunk.data.length * 8 }, (_, bit) => {
      const data = chunk.data.slice();
      data[bit >> 3] = (data[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return { ...chunk, data };
    }),
    ...(['seq', 't0Us', 'dtUs', 'count', 'crc32'] as const).flatMap((name) =>
      Array.from({ length: 31 }, (_, bit) => ({ ...chunk, [name]: chunk[name] + 2 ** bit })),
    ),
    { ...chunk, streamId: 'r' },
    { ...chunk, run: 's' },
    { ...chunk, grade: 'thinned' },
    { ...chunk, codec: 'float32' },
    { ...chunk, holes: [{ at: 10, lost: 3 }] },
    { ...chunk, holes: [] },
    { ...chunk, channels: chunk.channels.map((channel) => ({ ...channel, scale: 2 })) },
  ];
  expect(damaged.filter((one) => decodeChunk(one) !== null)).toEqual([]);
  expect(decodeChunk(chunk)).not.toBeNull();
});

test('a recording is kept exactly in 16 bits where it can be, and in 24 where it cannot', () => {
  const said = { streamId: 's', t0Us: 0, dtUs: 10_000 };
  const channels = [
    { name: 'thumb', unit: '1' },
    { name: 'gx', unit: 'rad/s' },
  ];
  const curl = Float64Array.of(0.1234, 0.5, 1);
  const [exact] = piecesOf({ ...said, channels, values: [curl, Float64Array.of(-3.1, 2.5, 0)] });
  expect(exact?.values).toBeInstanceOf(Int16Array);
  expect(Array.from(exact?.values ?? [])).toEqual([1234, -31, 5000, 25, 10_000, 0]);
  const [rounded] = piecesOf({ ...said, channels, values: [curl, Float64Array.of(Math.PI, 2.5, 0)] });
  expect(rounded?.values[1]).toBe(Math.fround(Math.PI));
  expect(() => piecesOf({ ...said, channels, values: [curl, Float64Array.of(1, Number.NaN, 0)] })).toThrow(
    RangeError,
  );
  expect(() => piecesOf({ ...said, channels, values: [curl, Float64Array.of(1)] })).toThrow(RangeError);
});

describeRecordings('real recordings', (folder) => {
  const width = 15;

  /** 5 flex, 4 quaternion, 3 gyroscope, 3 acceleration, as a glove would send them. Torn rows are not samples. */
  function samplesOf(file: string): Int16Array {
    const bytes = readFileSync(join(folder, 'glove-asl-70hz', file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    const samples = text
      .split(/\r?\n/u)
      .slice(1)
      .map((line) => line.split(',').map((cell) => (cell === '' ? Number.NaN : Number(cell))))
      .filter((cells) => cells.length === 30 && cells.every(Number.isFinite))
      .map((cells) => [
        ...cells.slice(0, 5),
        ...cells.slice(5, 9).map((share) => Math.round(share * 10_000)),
        ...cells.slice(9, 15),
      ])
      .filter((row) => row.every((value) => value >= -32_768 && value <= 32_767));
    return Int16Array.from(samples.flat());
  }

  test('come back as they were, in less than 17 bytes per sample of 15 channels, all of the file counted', () => {
    const directory = aTemporaryDirectory();
    const writer = openStreamWriter(directory, 0);
    const empty = writer.usage().bytes;
    const files = ['deaf_540rows.csv', 'words_raw_hello.csv.gz', 'words_segmented_yes.csv.gz'];
    let total = 0;
    for (const file of files) {
      const values = samplesOf(file);
      // Eight to nine seconds, as the store makes them at 100 Hz; as often as a large file is made of many streams.
      for (const streamId of Array.from(
        { length: 6 },
        (_, copy) => `${file}, in a stream of its own, ${copy}`,
      )) {
        const pieces = [];
        for (let seq = 0; seq * width < values.length; seq += 850) {
          const part = values.slice(seq * width, (seq + 850) * width);
          pieces.push({ ...aPiece(part, width), streamId, seq, t0Us: seq * 10_000 });
        }
        writer.put(pieces, 0);
        total += values.length / width;
      }
    }
    const { bytes } = writer.usage();
    writer.close();
    const reader = openStreamReader(directory);
    for (const file of files) {
      const { stretches, damages } = reader.read(`${file}, in a stream of its own, 5`);
      expect(damages).toEqual([]);
      expect(stretches).toHaveLength(1);
      expect(Int16Array.from(interleaved(stretches[0]?.values ?? null))).toEqual(samplesOf(file));
      expect(stretches[0] && Object.keys(physical(stretches[0]))).toHaveLength(width);
    }
    reader.close();
    expect(total).toBeGreaterThan(6 * 15_000);
    expect((bytes - empty) / total).toBeLessThan(17);
  });
});
