import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  type GloveFrame,
  knownLayout,
  maxChannels,
  withCalibratedCurls,
} from './glove-frame.ts';

const frameOf = (changes: Partial<GloveFrame> = {}): GloveFrame => ({
  flags: { calibrated: false, deviceAuto: false, left: false },
  seq: 7,
  t0Us: 1_000_000,
  dtUs: 10_000,
  count: 2,
  layoutId: 0,
  channels: 3,
  values: Int16Array.of(1, -2, 3, 32_767, -32_768, 0),
  ...changes,
});

/** A frame whose byte at `at` is `value`. */
function damaged(at: number, ...values: number[]): Uint8Array {
  const bytes = encodeFrame(frameOf());
  bytes.set(values, at);
  return bytes;
}
const codeOf = (bytes: Uint8Array) => {
  const decoded = decodeFrame(bytes);
  return decoded.ok ? 'ok' : decoded.code;
};

describe('a frame', () => {
  test('has the bytes that gloves were promised', () => {
    const frame = frameOf({ flags: { calibrated: true, deviceAuto: false, left: true }, layoutId: 0x0a0b });
    expect(Buffer.from(encodeFrame(frame)).toString('hex')).toBe(
      '4447' +
        '01' +
        '05' +
        '07000000' +
        '40420f0000000000' +
        '10270000' +
        '0200' +
        '0b0a' +
        '0100feff0300ff7f00800000',
    );
  });

  test('comes back as it was', () => {
    const integer = (max: number, min = 0) => fc.integer({ min, max });
    const frames = fc
      .record({
        flags: fc.record({ calibrated: fc.boolean(), deviceAuto: fc.boolean(), left: fc.boolean() }),
        seq: integer(0xffff_ffff),
        t0Us: fc.maxSafeNat(),
        dtUs: integer(1_000_000, 1),
        count: integer(20, 1),
        layoutId: integer(0xffff),
        channels: integer(maxChannels, 1),
        seed: integer(0xffff),
      })
      .map(({ seed, ...frame }) => ({
        ...frame,
        values: Int16Array.from({ length: frame.count * frame.channels }, (_, at) => (seed * (at + 1)) << 3),
      }));
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual({ ok: true, frame });
      }),
    );
  });

  test('may begin anywhere in a buffer, which may be used again', () => {
    const bytes = encodeFrame(frameOf());
    const buffer = new Uint8Array(bytes.length + 1);
    buffer.set(bytes, 1);
    const decoded = decodeFrame(buffer.subarray(1));
    buffer.fill(0);
    expect(decoded).toEqual({ ok: true, frame: frameOf() });
  });

  test.each([
    ['frame_too_short', new Uint8Array(23)],
    ['frame_magic', damaged(0, 0)],
    ['frame_version', damaged(2, 2)],
    ['frame_empty', damaged(20, 0, 0)],
    ['frame_length', damaged(20, 0xff, 0xff)],
    ['frame_length', encodeFrame(frameOf()).subarray(0, 24)],
    ['frame_length', encodeFrame(frameOf()).subarray(0, -1)],
    ['frame_length', encodeFrame(frameOf()).subarray(0, -2)],
    ['frame_interval', damaged(16, 0, 0, 0, 0)],
    ['frame_interval', damaged(16, 0xff, 0xff, 0xff, 0xff)],
    ['frame_time', damaged(8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
  ])('is refused as %s', (code, bytes) => expect(codeOf(bytes)).toBe(code));

  test('is refused with more channels than any glove has', () => {
    const bytes = new Uint8Array(24 + (maxChannels + 1) * 2);
    bytes.set(encodeFrame(frameOf({ count: 1, channels: 6 })).subarray(0, 24));
    expect(codeOf(bytes)).toBe('frame_channels');
  });

  test('may have 65 535 samples, if they are there', () => {
    const most = frameOf({ count: 0xffff, channels: 1, values: new Int16Array(0xffff) });
    expect(decodeFrame(encodeFrame(most))).toEqual({ ok: true, frame: most });
    expect(() => encodeFrame({ ...most, count: 0x10000 })).toThrow(RangeError);
    expect(() => encodeFrame({ ...most, channels: 2 })).toThrow(RangeError);
  });

  test('is never the cause of a throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void decodeFrame(bytes)));
  });
});

describe('a layout', () => {
  test('is known of five, nine and fifteen channels', () => {
    expect([5, 9, 15].map((channels) => knownLayout(channels, false)?.channels.length)).toEqual([5, 9, 15]);
    expect(knownLayout(7, false)).toBeUndefined();
    expect(knownLayout(15, false)?.channels.map(({ name }) => name)).toEqual(
      'thumb index middle ring pinky qw qx qy qz gx gy gz ax ay az'.split(' '),
    );
  });

  test('has curls in ten thousandths once they are calibrated, and all else as before', () => {
    const plain = knownLayout(15, false);
    if (plain === undefined) throw new Error('unknown');
    const calibrated = withCalibratedCurls(plain);
    expect(calibrated).toEqual(knownLayout(15, true));
    expect(calibrated.channels[4]).toEqual({ name: 'pinky', unit: '1', scale: 1 / 10_000, offset: 0 });
    expect(calibrated.channels.slice(5)).toEqual(plain.channels.slice(5));
  });
});
