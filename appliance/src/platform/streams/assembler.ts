import { type Piece, presentIn, uncovered, type Values, within } from './chunk.ts';

/** A chunk has at most so many samples: ten seconds of a usual sensor. */
export const chunkSamples = 1_000;
/** What is missing for longer is no hole within a chunk: another chunk begins. */
export const longestHoleUs = 100_000;
/** How many numbers a chunk spans at most, holes included. */
export const chunkSpan = 2 * chunkSamples;

/** The piece that grows. */
interface Open extends Omit<Piece, 'values' | 'count' | 'holes'> {
  count: number;
  /** Number of the sample that would be next without a hole. */
  next: number;
  readonly holes: { at: number; lost: number }[];
  readonly values: Values;
}

const sameChannels = (a: Piece['channels'], b: Piece['channels']): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

/**
 * Puts pieces of one stream together into pieces of the size of a chunk. `add` and `end` answer those that are
 * finished. Samples that are there already are left out; samples that come late, into a hole, are a piece of their own.
 */
export function createAssembler() {
  let open: Open | undefined;
  let begun = 0;

  function end(): Piece[] {
    if (open === undefined) return [];
    const { next: _, values, ...piece } = open;
    open = undefined;
    return [{ ...piece, values: values.subarray(0, piece.count * piece.channels.length) }];
  }

  /** Whether the piece goes on where the open one ends, at the time that its numbers say. */
  function goesOn(to: Open, { run, seq, t0Us, dtUs, count, channels, values }: Piece): boolean {
    if (run !== to.run || seq < to.next || (seq - to.next) * to.dtUs > longestHoleUs) return false;
    if (seq + count - to.seq > chunkSpan) return false;
    if (values.constructor !== to.values.constructor || !sameChannels(channels, to.channels)) return false;
    const offUs = t0Us - (to.t0Us + (seq - to.seq) * to.dtUs);
    const offAtEndUs = offUs + (count - 1) * (dtUs - to.dtUs);
    return Math.max(Math.abs(offUs), Math.abs(offAtEndUs)) <= to.dtUs / 2;
  }

  const begin = ({ values, holes: _, ...piece }: Piece): Open => {
    begun += 1;
    const size = chunkSamples * piece.channels.length;
    // Shared, so that a thread is handed the samples and not a copy: two hundred gloves at once are 5 MB.
    const room = new SharedArrayBuffer(size * values.BYTES_PER_ELEMENT);
    const own = values instanceof Int16Array ? new Int16Array(room) : new Float32Array(room);
    return { ...piece, count: 0, next: piece.seq, holes: [], values: own };
  };

  /** Takes the first samples of a piece that is whole, as many as fit; answers how many. */
  function take(piece: Piece): number {
    open ??= begin(piece);
    const lost = piece.seq - open.next;
    if (lost > 0) open.holes.push({ at: open.count, lost });
    const taken = Math.min(piece.count, chunkSamples - open.count);
    const width = piece.channels.length;
    open.values.set(piece.values.subarray(0, taken * width), open.count * width);
    open.count += taken;
    open.next = piece.seq + taken;
    return taken;
  }

  function append(piece: Piece): Piece[] {
    const finished: Piece[] = open !== undefined && !goesOn(open, piece) ? end() : [];
    const to = piece.seq + piece.count;
    for (let rest: Piece | undefined = piece; rest !== undefined; ) {
      const from: number = rest.seq + take(rest);
      if (open?.count === chunkSamples) finished.push(...end());
      [rest] = from < to ? within(piece, { from, to }) : [];
    }
    return finished;
  }

  return {
    add(piece: Piece): Piece[] {
      return presentIn(piece).flatMap((present) => {
        if (open === undefined || piece.run !== open.run || present.from >= open.next)
          return within(piece, present).flatMap(append);
        const { next } = open;
        return uncovered(present, presentIn(open))
          .flatMap((range) => within(piece, range))
          .flatMap((part) => (part.seq >= next ? append(part) : [part]));
      });
    },
    end,
    /** How many pieces were begun: another one than before, and the open one is another. */
    begun: () => begun,
  };
}
export type Assembler = ReturnType<typeof createAssembler>;
