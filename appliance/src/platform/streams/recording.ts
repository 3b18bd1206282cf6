import { createAssembler } from './assembler.ts';
import type { Piece, StreamChannel } from './chunk.ts';

/** A whole recording, as somebody else measured it. */
export interface Recording {
  readonly streamId: string;
  readonly t0Us: number;
  readonly dtUs: number;
  readonly channels: readonly { readonly name: string; readonly unit: string }[];
  /** Of each channel, as long as one another. */
  readonly values: readonly Float64Array[];
}

/** Steps in which people write numbers down. */
const steps = [1, 0.1, 0.01, 0.001, 0.0001];
/** What is left when a decimal fraction is held as a binary one. */
const rounding = 1e-9;

/** The step of which every value is a whole multiple that fits 16 bits; undefined when there is none. */
const stepOf = (values: Float64Array): number | undefined =>
  steps.find((step) =>
    values.every((value) => {
      const whole = value / step;
      return (
        Math.abs(whole) <= 32_767 &&
        Math.abs(whole - Math.round(whole)) <= rounding * Math.max(1, Math.abs(whole))
      );
    }),
  );

/**
 * A recording as pieces, each a chunk: as whole numbers of 16 bits where that is exact, else with the 24 bits that a
 * measurement has at most. Throws a RangeError for channels of different lengths and for what is not finite.
 */
export function piecesOf({ streamId, t0Us, dtUs, channels, values }: Recording): Piece[] {
  const count = values[0]?.length ?? 0;
  for (const all of values) {
    if (all.length !== count) throw new RangeError('the channels of a recording are of one length');
    if (!all.every(Number.isFinite)) throw new RangeError('a sample of a recording is a finite number');
  }
  const found = values.map(stepOf);
  const isWhole = found.every((step) => step !== undefined);
  const layout: StreamChannel[] = channels.map(({ name, unit }, index) => ({
    name,
    unit,
    scale: isWhole ? (found[index] ?? 1) : 1,
    offset: 0,
  }));
  const width = channels.length;
  const interleaved = isWhole ? new Int16Array(count * width) : new Float32Array(count * width);
  for (const [channel, all] of values.entries()) {
    const scale = layout[channel]?.scale ?? 1;
    for (let index = 0; index < count; index += 1) {
      const value = (all[index] ?? 0) / scale;
      interleaved[index * width + channel] = isWhole ? Math.round(value) : value;
    }
  }
  if (count === 0) return [];
  const assembler = createAssembler();
  const whole = { streamId, run: 'whole', seq: 0, t0Us, dtUs, count, channels: layout, holes: [] };
  return [...assembler.add({ ...whole, values: interleaved }), ...assembler.end()];
}
