import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkSamples, createAssembler } from './assembler.ts';
import { extentOf, type Piece, presentIn, uncovered } from './chunk.ts';
import { channels, someSamples, valueAt } from './testing/a-recording.ts';

const piece = (seq: number, count: number): Piece => ({ ...someSamples(seq, count), holes: [] });

function assembled(pieces: readonly Piece[]): Piece[] {
  const assembler = createAssembler();
  return [...pieces.flatMap((one) => assembler.add(one)), ...assembler.end()];
}

/** Every sample of these pieces, by its number. */
function samplesIn(pieces: readonly Piece[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const one of pieces) {
    let index = 0;
    for (const { from, to } of presentIn(one)) {
      for (let number = from; number < to; number += 1, index += 1) {
        expect(found.has(number), `sample ${number} is there twice`).toBe(false);
        found.set(number, Array.from(one.values.slice(index * 3, index * 3 + 3)));
      }
    }
  }
  return found;
}

test('small pieces become chunks of a thousand samples', () => {
  const chunks = assembled(Array.from({ length: 250 }, (_, index) => piece(index * 10, 10)));
  expect(chunks.map(({ seq, count }) => [seq, count])).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 500],
  ]);
  expect(assembled([piece(0, 2_500)]).map(({ count }) => count)).toEqual([1000, 1000, 500]);
});

test('a tenth of a second may be missing within a chunk; more begins another', () => {
  const [chunk, ...others] = assembled([piece(0, 5), piece(15, 5)]);
  expect(others).toEqual([]);
  expect(chunk).toMatchObject({ count: 10, holes: [{ at: 5, lost: 10 }] });
  expect(assembled([piece(0, 5), piece(16, 5)])).toHaveLength(2);
});

test('another run, other channels, another time than the numbers say: another chunk', () => {
  const next = piece(10, 10);
  const others = [
    { ...next, run: 'q' },
    { ...next, channels: channels.map((channel) => ({ ...channel, scale: 2 })) },
    { ...next, t0Us: next.t0Us + 6_000 },
    { ...next, dtUs: 12_000 },
    { ...next, values: Float32Array.from(next.values) },
  ];
  for (const other of others) expect(assembled([piece(0, 10), other])).toHaveLength(2);
  expect(assembled([piece(0, 10), { ...next, t0Us: next.t0Us + 4_000 }])).toHaveLength(1);
});

test('whatever is sent again, late or in pieces: each sample is there once, and is what it was', () => {
  const sent = fc.array(
    fc.record({ seq: fc.integer({ min: 0, max: 3_000 }), count: fc.integer({ min: 1, max: 1_500 }) }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(sent, (all) => {
      // Between chunks it is the store that knows what there is; here, all is one chunk's.
      const within = all.map(({ seq, count }) => ({ seq: seq % 400, count: (count % 90) + 1 }));
      const assembler = createAssembler();
      const finished = assembler.add(piece(0, 1));
      const seen = new Set([0]);
      for (const { seq, count } of within) {
        finished.push(...assembler.add(piece(seq, count)));
        for (let number = seq; number < seq + count; number += 1) seen.add(number);
      }
      finished.push(...assembler.end());
      const unique = finished.filter((one) => one.count > 0);
      const numbers = new Set<number>();
      for (const one of unique) {
        let index = 0;
        for (const { from, to } of presentIn(one))
          for (let number = from; number < to; number += 1, index += 1) {
            numbers.add(number);
            expect(one.values[index * 3]).toBe(valueAt(number, 0));
          }
      }
      expect(numbers).toEqual(seen);
      for (const one of unique) expect(one.count).toBeLessThanOrEqual(chunkSamples);
    }),
    { numRuns: 60 },
  );
  expect(samplesIn(assembled([piece(0, 50), piece(20, 50), piece(0, 50)])).size).toBe(70);
});

test('a piece spans its holes', () => {
  const one = { seq: 10, count: 6, holes: [{ at: 2, lost: 3 }] };
  expect(extentOf(one)).toBe(9);
  expect(presentIn(one)).toEqual([
    { from: 10, to: 12 },
    { from: 15, to: 19 },
  ]);
  expect(uncovered({ from: 8, to: 20 }, presentIn(one))).toEqual([
    { from: 8, to: 10 },
    { from: 12, to: 15 },
    { from: 19, to: 20 },
  ]);
});
