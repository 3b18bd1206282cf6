/** What a PDU is made of, 3GPP TS 23.040 section 9.1 and TS 23.038 section 6.1.2: octets, septets, semi-octets. */

export type PduFault = 'bad_number' | 'too_long' | 'malformed' | 'unsupported';

/** The only error that coding and decoding throw, whatever they are given. */
export class PduError extends Error {
  readonly code: PduFault;

  constructor(code: PduFault) {
    super(code);
    this.name = 'PduError';
    this.code = code;
  }
}

/** Reads octets in their order, and never beyond the end: that is `malformed`. */
export class OctetReader {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get left(): number {
    return this.#octets.length - this.#at;
  }

  octet(): number {
    return this.octets(1)[0] ?? 0;
  }

  octets(count: number): Uint8Array {
    if (count > this.left) throw new PduError('malformed');
    this.#at += count;
    return this.#octets.subarray(this.#at - count, this.#at);
  }
}

/** Hexadecimal digits of whole octets, of either case. */
export function octetsOf(hex: string): Uint8Array {
  if (hex.length === 0 || hex.length % 2 !== 0 || !/^[\da-f]+$/iu.test(hex)) throw new PduError('malformed');
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();

/** Packs septets closely, after `fillBits` bits of nothing: text begins on a septet boundary behind its header. */
export function packSeptets(septets: readonly number[], fillBits = 0): Uint8Array {
  const octets = new Uint8Array(Math.ceil((septets.length * 7 + fillBits) / 8));
  for (const [place, septet] of septets.entries()) {
    const bit = fillBits + place * 7;
    const shifted = septet << (bit % 8);
    const at = Math.floor(bit / 8);
    octets[at] = (octets[at] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) octets[at + 1] = shifted >> 8;
  }
  return octets;
}

export function unpackSeptets(octets: Uint8Array, count: number, fillBits = 0): number[] {
  if (fillBits + count * 7 > octets.length * 8) throw new PduError('malformed');
  return Array.from({ length: count }, (_, place) => {
    const bit = fillBits + place * 7;
    const at = Math.floor(bit / 8);
    const pair = (octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8);
    return (pair >> (bit % 8)) & 0x7f;
  });
}

/** How many bits stand empty between a header of so many octets and the septets behind it. */
export const fillBitsAfter = (headerOctets: number): number => (7 - ((headerOctets * 8) % 7)) % 7;

const swapped = (octet: number): string => `${(octet & 0x0f).toString(16)}${(octet >> 4).toString(16)}`;

/** Semi-octets, the low one first. */
export const semiOctets = (octets: Uint8Array): string => [...octets].map(swapped).join('');

export function packSemiOctets(digits: string): Uint8Array {
  const even = digits.length % 2 === 0 ? digits : `${digits}f`;
  const pairs = even.match(/../gu) ?? [];
  return Uint8Array.from(pairs, ([low = '', high = '']) => Number.parseInt(high + low, 16));
}
