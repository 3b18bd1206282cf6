import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Chunk, type Codec, extentOf, type Grade, type Piece, type Values } from './chunk.ts';

/** First byte of the data: how the rest is to be read. */
const version = 1;
/** Of zlib. Higher ones cost up to twice the time for a hundredth of the bytes. */
const level = 4;

const bytesOf: Readonly<Record<Codec, number>> = { int16: 2, float32: 4 };

/** Everything that is said of a chunk beside its data. */
type Head = Omit<Chunk, 'crc32' | 'data'>;

/**
 * Planar, each channel as the difference from one sample to the next modulo the width of a value, zigzag; then the
 * lowest bytes of all values, the next higher, and so on; deflated. The first value of a channel is a difference
 * from 0, so that every chunk can be read alone.
 */
export function encodeChunk(piece: Piece, grade: Grade = 'raw'): Chunk {
  const { values, ...said } = piece;
  const codec: Codec = values instanceof Int16Array ? 'int16' : 'float32';
  const planes = codec === 'int16' ? planesOf16(values, piece) : planesOf32(values, piece);
  const packed = deflateRawSync(planes, { level });
  const data = new Uint8Array(1 + packed.length);
  data[0] = version;
  data.set(packed, 1);
  const head = { ...said, grade, codec };
  return { ...head, data, crc32: checksumOf(head, data) };
}

/** CRC-32 over the head and the data. */
export function checksumOf(head: Head, data: Uint8Array): number {
  const { streamId, grade, run, seq, t0Us, dtUs, count, codec, channels, holes } = head;
  const said = [streamId, grade, run, seq, t0Us, dtUs, count, codec, channels, holes, extentOf(head)];
  return crc32(data, crc32(JSON.stringify(said)));
}

/** The values of each channel; null for a chunk that is not as it was written. */
export function decodeChunk(chunk: Chunk): Values[] | null {
  const { codec, count, channels, data } = chunk;
  if (checksumOf(chunk, data) !== chunk.crc32 || data[0] !== version) return null;
  const size = count * channels.length * bytesOf[codec];
  const planes = inflateRawSync(data.subarray(1), { maxOutputLength: size });
  if (planes.length !== size) return null;
  return codec === 'int16' ? values16(planes, chunk) : values32(planes, chunk);
}

type Shape = Pick<Piece, 'count' | 'channels'>;

function planesOf16(values: Values, { count, channels }: Shape): Uint8Array {
  const width = channels.length;
  const total = count * width;
  const planes = new Uint8Array(total * 2);
  for (let channel = 0, at = 0; channel < width; channel += 1) {
    let last = 0;
    for (let index = channel; index < total; index += width, at += 1) {
      const value = values[index] ?? 0;
      const step = ((value - last) << 16) >> 16;
      last = value;
      const folded = (step << 1) ^ (step >> 15);
      planes[at] = folded;
      planes[total + at] = folded >> 8;
    }
  }
  return planes;
}

function values16(planes: Uint8Array, { count, channels }: Shape): Int16Array[] {
  const total = count * channels.length;
  return channels.map((_, channel) => {
    const values = new Int16Array(count);
    let last = 0;
    for (let index = 0, at = channel * count; index < count; index += 1, at += 1) {
      const folded = (planes[at] ?? 0) | ((planes[total + at] ?? 0) << 8);
      last += (folded >>> 1) ^ -(folded & 1);
      values[index] = last;
    }
    return values;
  });
}

function planesOf32(values: Values, { count, channels }: Shape): Uint8Array {
  const width = channels.length;
  const total = count * width;
  // As whole numbers: what two values near one another share is their sign, their exponent and their first bits.
  const bits = new Int32Array(Float32Array.from(values).buffer);
  const planes = new Uint8Array(total * 4);
  for (let channel = 0, at = 0; channel < width; channel += 1) {
    let last = 0;
    for (let index = channel; index < total; index += width, at += 1) {
      const value = bits[index] ?? 0;
      const step = (value - last) | 0;
      last = value;
      const folded = (step << 1) ^ (step >> 31);
      for (let plane = 0; plane < 4; plane += 1) planes[plane * total + at] = folded >>> (plane * 8);
    }
  }
  return planes;
}

function values32(planes: Uint8Array, { count, channels }: Shape): Float32Array[] {
  const total = count * channels.length;
  return channels.map((_, channel) => {
    const bits = new Int32Array(count);
    let last = 0;
    for (let index = 0, at = channel * count; index < count; index += 1, at += 1) {
      let folded = 0;
      for (let plane = 0; plane < 4; plane += 1) folded |= (planes[plane * total + at] ?? 0) << (plane * 8);
      last = (last + ((folded >>> 1) ^ -(folded & 1))) | 0;
      bits[index] = last;
    }
    return new Float32Array(bits.buffer);
  });
}
