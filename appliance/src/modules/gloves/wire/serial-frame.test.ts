import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GloveFrame } from '../../../../contract/glove-frame.ts';
import { crc16 } from './checksum.ts';
import { stuff, unstuff } from './cobs.ts';
import { createSerialFrameSplitter, encodeSerialFrame } from './serial-frame.ts';

const frameOf = (seq: number): GloveFrame => ({
  flags: { calibrated: false, deviceAuto: false, left: true },
  seq,
  t0Us: seq * 10_000,
  dtUs: 10_000,
  count: 2,
  layoutId: 0,
  channels: 5,
  values: Int16Array.from({ length: 10 }, (_, at) => at * seq),
});
const bytes = fc.uint8Array({ maxLength: 600 });

test('the checksum is the usual one', () => {
  expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x29b1);
});

describe('stuffed bytes', () => {
  // Of the article's and of Wikipedia's examples.
  test.each([
    ['', '01'],
    ['00', '0101'],
    ['0000', '010101'],
    ['11220033', '0311220233'],
    ['11000000', '0211010101'],
  ])('of %s are %s', (plain, stuffed) => {
    expect(Buffer.from(stuff(Buffer.from(plain, 'hex'))).toString('hex')).toBe(stuffed);
  });

  test('have no zero, are hardly longer, and are the bytes again', () => {
    const long = fc.uint8Array({ minLength: 250, maxLength: 520, min: 1 });
    fc.assert(
      fc.property(fc.oneof(bytes, long), (plain) => {
        const stuffed = stuff(plain);
        expect(stuffed.includes(0)).toBe(false);
        expect(stuffed.length).toBeLessThanOrEqual(plain.length + Math.ceil(plain.length / 254) + 1);
        expect(unstuff(stuffed)).toEqual(plain);
      }),
    );
  });

  test('are refused, not misread, when they end too soon', () => {
    expect(unstuff(Uint8Array.of(5, 1, 2))).toBeNull();
    expect(unstuff(Uint8Array.of(3, 0, 2))).toBeNull();
  });
});

describe('frames on a serial line', () => {
  const sent = Buffer.concat([1, 2, 3].map((seq) => encodeSerialFrame(frameOf(seq))));

  test('are found in pieces of any size', () => {
    for (const size of [1, 2, 7, 64, 1_000]) {
      const splitter = createSerialFrameSplitter();
      const read: unknown[] = [];
      for (let at = 0; at < sent.length; at += size)
        read.push(...splitter.push(sent.subarray(at, at + size)));
      expect(read).toEqual([1, 2, 3].map((seq) => ({ ok: true, frame: frameOf(seq) })));
    }
  });

  test('are whole, or refused and the next one found, whatever happens to a byte', () => {
    fc.assert(
      fc.property(fc.nat(sent.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(sent, (byte, index) => (index === at ? byte ^ flip : byte));
        const read = createSerialFrameSplitter().push(damaged);
        const seqs = read.flatMap((one) => (one.ok ? [one.frame.seq] : []));
        expect(seqs.length).toBeGreaterThanOrEqual(1);
        for (const one of read) if (one.ok) expect(one.frame).toEqual(frameOf(one.frame.seq));
      }),
    );
  });

  test('begin in the middle of one when the port is opened', () => {
    const codes = createSerialFrameSplitter()
      .push(sent.subarray(20))
      .map((one) => (one.ok ? one.frame.seq : one.code));
    expect(codes).toEqual(['frame_first', 2, 3]);
  });

  test('do not fill the memory when no zero ever comes', () => {
    const splitter = createSerialFrameSplitter();
    splitter.push(Uint8Array.of(0));
    splitter.push(new Uint8Array(10_000).fill(7));
    expect(splitter.push(Uint8Array.of(0))).toEqual([{ ok: false, code: 'frame_too_long' }]);
  });
});
