/**
 * What a glove sends at once: a few samples behind a header of 24 bytes, little-endian.
 *
 *     0  u16  0x4744         8  u64  time of the first sample, µs of the glove's own clock
 *     2  u8   version, 1    16  u32  µs from one sample to the next
 *     3  u8   flags         20  u16  samples
 *     4  u32  number of     22  u16  layout
 *             the first
 *             sample        24  i16  samples × channels, interleaved
 *
 * Over MQTT a frame is a payload; over a serial line it travels with a checksum, between zeros.
 */
export const frameMagic = 0x4744;
export const frameVersion = 1;
const headerBytes = 24;

/** A frame with more is none: no glove measures so much, and a damaged count would make samples out of noise. */
export const maxChannels = 64;
/** Slower than once a second is no movement. */
export const maxIntervalUs = 1_000_000;
/** Calibrated curls travel as `round(curl × 10 000)`, unclipped: −0.2..1.2 is −2000..12 000. */
export const calibratedCurl = 10_000;

const calibratedFlag = 0b001;
const deviceAutoFlag = 0b010;
const leftFlag = 0b100;

export interface GloveFrame {
  readonly flags: {
    /** Curls are 0 (open) to 1 (fist) of this hand, times 10 000. */
    readonly calibrated: boolean;
    /** The glove rescales its curls by itself for ever: they say nothing of how far a finger reaches. */
    readonly deviceAuto: boolean;
    readonly left: boolean;
  };
  /** Number of the first sample; every sample has one, those that were never sent included. */
  readonly seq: number;
  /** Glove's clock, µs. */
  readonly t0Us: number;
  readonly dtUs: number;
  /** Samples. */
  readonly count: number;
  readonly layoutId: number;
  readonly channels: number;
  /** Interleaved, `count × channels`. */
  readonly values: Int16Array;
}

export const frameProblems = [
  'frame_too_short',
  'frame_magic',
  'frame_version',
  'frame_empty',
  'frame_length',
  'frame_channels',
  'frame_interval',
  'frame_time',
] as const;
export type FrameProblem = (typeof frameProblems)[number];

export type DecodedFrame =
  | { readonly ok: true; readonly frame: GloveFrame }
  | { readonly ok: false; readonly code: FrameProblem };

/** Throws a RangeError for a frame that `decodeFrame` would refuse. */
export function encodeFrame(frame: GloveFrame): Uint8Array {
  const { flags, seq, t0Us, dtUs, count, layoutId, channels, values } = frame;
  for (const [name, value, min, max] of [
    ['seq', seq, 0, 0xffff_ffff],
    ['t0Us', t0Us, 0, Number.MAX_SAFE_INTEGER],
    ['dtUs', dtUs, 1, maxIntervalUs],
    ['count', count, 1, 0xffff],
    ['layoutId', layoutId, 0, 0xffff],
    ['channels', channels, 1, maxChannels],
    ['values.length', values.length, count * channels, count * channels],
  ] as const) {
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new RangeError(`${name} of a frame is ${min}..${max}, not ${value}`);
    }
  }
  const bytes = new Uint8Array(headerBytes + values.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, frameMagic, true);
  view.setUint8(2, frameVersion);
  view.setUint8(
    3,
    (flags.calibrated ? calibratedFlag : 0) |
      (flags.deviceAuto ? deviceAutoFlag : 0) |
      (flags.left ? leftFlag : 0),
  );
  view.setUint32(4, seq, true);
  view.setBigUint64(8, BigInt(t0Us), true);
  view.setUint32(16, dtUs, true);
  view.setUint16(20, count, true);
  view.setUint16(22, layoutId, true);
  for (const [index, value] of values.entries()) view.setInt16(headerBytes + index * 2, value, true);
  return bytes;
}

/** Never throws. The values are a copy: `bytes` may be reused. */
export function decodeFrame(bytes: Uint8Array): DecodedFrame {
  if (bytes.byteLength < headerBytes) return refused('frame_too_short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0, true) !== frameMagic) return refused('frame_magic');
  if (view.getUint8(2) !== frameVersion) return refused('frame_version');
  const count = view.getUint16(20, true);
  if (count === 0) return refused('frame_empty');
  const values = (bytes.byteLength - headerBytes) / 2;
  const channels = values / count;
  if (!Number.isInteger(channels) || channels === 0) return refused('frame_length');
  if (channels > maxChannels) return refused('frame_channels');
  const dtUs = view.getUint32(16, true);
  if (dtUs === 0 || dtUs > maxIntervalUs) return refused('frame_interval');
  const t0Us = view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
  if (t0Us > Number.MAX_SAFE_INTEGER) return refused('frame_time');
  const bits = view.getUint8(3);
  return {
    ok: true,
    frame: {
      flags: {
        calibrated: (bits & calibratedFlag) !== 0,
        deviceAuto: (bits & deviceAutoFlag) !== 0,
        left: (bits & leftFlag) !== 0,
      },
      seq: view.getUint32(4, true),
      t0Us,
      dtUs,
      count,
      layoutId: view.getUint16(22, true),
      channels,
      values: readValues(view, values),
    },
  };
}

function readValues(view: DataView, length: number): Int16Array {
  const values = new Int16Array(length);
  for (let index = 0; index < length; index += 1) {
    values[index] = view.getInt16(headerBytes + index * 2, true);
  }
  return values;
}

const refused = (code: FrameProblem): DecodedFrame => ({ ok: false, code });

/** What one value of a sample means: `physical = raw × scale + offset`, in `unit`. */
export interface Channel {
  readonly name: string;
  /** `1` (a share of the whole), `rad/s`, `m/s²`. */
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
}

export interface Layout {
  readonly id: number;
  readonly channels: readonly Channel[];
}

export const fingers = ['thumb', 'index', 'middle', 'ring', 'pinky'] as const;
export type Finger = (typeof fingers)[number];

const adcMax = 4095;
const radian = Math.PI / 180;

/**
 * Channels that several gloves have. Curl is 0 (open) to 1 (fist): of the sensor's range, or of the hand's once
 * calibrated. Scales of quaternion, gyroscope and accelerometer are those of a BNO055: 1/16384, 1/16 °/s, 1 cm/s².
 */
export const channel = (name: string, unit: string, scale: number): Channel => ({
  name,
  unit,
  scale,
  offset: 0,
});
export const curls = (fullScale: number): Channel[] =>
  fingers.map((finger) => channel(finger, '1', 1 / fullScale));
export const quaternion: readonly Channel[] = ['qw', 'qx', 'qy', 'qz'].map((name) =>
  channel(name, '1', 1 / 16_384),
);
export const gyroscope: readonly Channel[] = ['gx', 'gy', 'gz'].map((name) =>
  channel(name, 'rad/s', radian / 16),
);
/** With gravity. */
export const accelerometer: readonly Channel[] = ['ax', 'ay', 'az'].map((name) =>
  channel(name, 'm/s²', 0.01),
);
/** Without gravity. */
export const linearAcceleration: readonly Channel[] = ['lx', 'ly', 'lz'].map((name) =>
  channel(name, 'm/s²', 0.01),
);

const known: readonly Layout[] = [
  { id: 5, channels: curls(adcMax) },
  { id: 9, channels: [...curls(adcMax), ...quaternion] },
  { id: 15, channels: [...curls(adcMax), ...quaternion, ...gyroscope, ...accelerometer] },
];
const knownCalibrated = known.map(withCalibratedCurls);

/** The layout of a glove that has not said what it sends: 5, 9 or 15 channels, or nothing that could be known. */
export function knownLayout(channels: number, calibrated: boolean): Layout | undefined {
  return (calibrated ? knownCalibrated : known).find((layout) => layout.channels.length === channels);
}

/** The same layout for frames that carry calibrated curls. */
export function withCalibratedCurls<Some extends Pick<Layout, 'channels'>>(layout: Some): Some {
  const isFinger = (name: string) => fingers.some((finger) => finger === name);
  return {
    ...layout,
    channels: layout.channels.map((one) =>
      isFinger(one.name) ? channel(one.name, '1', 1 / calibratedCurl) : one,
    ),
  };
}
