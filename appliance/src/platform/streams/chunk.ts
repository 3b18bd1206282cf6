/** What one value of a sample means: `physical = raw × scale + offset`, in `unit`. */
export interface StreamChannel {
  readonly name: string;
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
}

/** `lost` samples are missing right before the sample at this index. */
export interface Hole {
  readonly at: number;
  readonly lost: number;
}

export type Codec = 'int16' | 'float32';
export type Values = Int16Array | Float32Array;

/** `raw`: every sample; `thinned`: ten a second; `summary`: least, most, mean and spread of each second. */
export type Grade = 'raw' | 'thinned' | 'summary';

/**
 * Samples of one stream in a row, before they are a chunk. Sample i is number `seq + i + lost before i`, of the time
 * `t0Us + (i + lost before i) × dtUs`.
 */
export interface Piece {
  readonly streamId: string;
  /** One life of the numbering: numbers of two runs have nothing to do with one another. */
  readonly run: string;
  readonly seq: number;
  /** Epoch µs. */
  readonly t0Us: number;
  readonly dtUs: number;
  /** Samples, without those lost. */
  readonly count: number;
  readonly channels: readonly StreamChannel[];
  /** In order; none at 0. */
  readonly holes: readonly Hole[];
  /** Interleaved, `count × channels`. */
  readonly values: Values;
}

/** A piece as it is stored: compressed, and with a checksum over all that is said of it. */
export interface Chunk extends Omit<Piece, 'values'> {
  readonly grade: Grade;
  readonly codec: Codec;
  readonly crc32: number;
  readonly data: Uint8Array;
}

/** Numbers from `from` on, before `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const lostIn = (holes: readonly Hole[]): number => holes.reduce((sum, { lost }) => sum + lost, 0);

/** How many numbers a piece spans, those lost included. */
export const extentOf = ({ count, holes }: Pick<Piece, 'count' | 'holes'>): number => count + lostIn(holes);

/** The numbers whose samples are there. */
export function presentIn({ seq, count, holes }: Pick<Piece, 'seq' | 'count' | 'holes'>): Range[] {
  const ranges: Range[] = [];
  let from = seq;
  let index = 0;
  for (const { at, lost } of holes) {
    ranges.push({ from, to: from + at - index });
    from += at - index + lost;
    index = at;
  }
  ranges.push({ from, to: from + count - index });
  return ranges;
}

/** What of `range` is in none of `covered`, in order. */
export function uncovered(range: Range, covered: readonly Range[]): Range[] {
  let left = [range];
  for (const { from, to } of covered) {
    left = left.flatMap((one) =>
      to <= one.from || from >= one.to
        ? [one]
        : [
            { from: one.from, to: Math.min(from, one.to) },
            { from: Math.max(to, one.from), to: one.to },
          ].filter((part) => part.from < part.to),
    );
  }
  return left;
}

/** A piece without holes for each run of samples of `piece` whose numbers are in `range`; itself where it is one. */
export function within(piece: Piece, range: Range): Piece[] {
  const isWhole = piece.holes.length === 0 && range.from <= piece.seq && range.to >= piece.seq + piece.count;
  if (isWhole) return [piece];
  const width = piece.channels.length;
  let index = 0;
  return presentIn(piece).flatMap((present) => {
    const first = index;
    index += present.to - present.from;
    const from = Math.max(present.from, range.from);
    const to = Math.min(present.to, range.to);
    if (from >= to) return [];
    const at = first + from - present.from;
    return {
      ...piece,
      seq: from,
      t0Us: piece.t0Us + (from - piece.seq) * piece.dtUs,
      count: to - from,
      holes: [],
      values: piece.values.subarray(at * width, (at + to - from) * width),
    };
  });
}
