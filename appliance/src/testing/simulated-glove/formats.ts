import {
  calibratedCurl,
  encodeFrame,
  type GloveFrame,
  knownLayout,
  type Layout,
} from '../../../contract/glove-frame.ts';
import { encodeSerialFrame } from '../../modules/gloves/wire/serial-frame.ts';
import type { Hand } from './hand.ts';
import type { Reading, Sensors } from './sensors.ts';

/** `frame` is the batch frame as it is, for MQTT; `cobs` is the same on a serial line. The others are lines of text. */
export const gloveFormats = ['frame', 'cobs', 'alpha', 'legacy', 'csv5', 'csv9', 'csv15', 'csv30'] as const;
export type GloveFormat = (typeof gloveFormats)[number];
export type LineFormat = Exclude<GloveFormat, 'frame' | 'cobs'>;

export const isFramed = (format: GloveFormat): format is 'frame' | 'cobs' =>
  format === 'frame' || format === 'cobs';

/** Full scales of the bend sensors' converters: an ESP32's own, and an ADS1115 for all but the thumb. */
export const fullScalesOf = (format: GloveFormat): readonly number[] =>
  format === 'csv5' || format === 'csv9' || format === 'csv15'
    ? [4095, 26_400, 26_400, 26_400, 26_400]
    : [4095, 4095, 4095, 4095, 4095];

export const frameChannels = 15;

/** What the channels of a simulated glove's frames mean: curls of the hand when `calibrated`, else of the converter. */
export function layoutOf(calibrated: boolean): Layout {
  const layout = knownLayout(frameChannels, calibrated);
  if (layout === undefined) throw new Error(`no layout has ${frameChannels} channels`);
  return layout;
}

const scaleOf = (name: string): number =>
  layoutOf(true).channels.find((channel) => channel.name === name)?.scale ?? 1;
const [ofQuaternion, ofGyro, ofAcceleration] = ['qw', 'gx', 'ax'].map(scaleOf) as [number, number, number];

/** Writes one sample of a frame at `offset`. */
export function putSample(
  into: Int16Array,
  offset: number,
  { sent, pose }: Reading,
  calibrated: Pick<Sensors, 'lo' | 'hi'> | null,
): void {
  for (let finger = 0; finger < 5; finger += 1) {
    const value = sent[finger] ?? 0;
    const [lo = 0, hi = 1] = [calibrated?.lo[finger], calibrated?.hi[finger]];
    into[offset + finger] = calibrated === null ? value : int16(((value - lo) / (hi - lo)) * calibratedCurl);
  }
  for (let one = 0; one < 4; one += 1)
    into[offset + 5 + one] = int16((pose.quaternion[one] ?? 0) / ofQuaternion);
  for (let one = 0; one < 3; one += 1) {
    into[offset + 9 + one] = int16((pose.gyro[one] ?? 0) / ofGyro);
    into[offset + 12 + one] = int16((pose.acceleration[one] ?? 0) / ofAcceleration);
  }
}

const int16 = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value)));

export const frameBytes = (frame: GloveFrame, format: 'frame' | 'cobs'): Uint8Array =>
  format === 'frame' ? encodeFrame(frame) : encodeSerialFrame(frame);

/** How a sketch ends its lines: `print("…\n")`, `println`, or both, as LucidGloves does it over Wi-Fi. */
export type LineEnd = '\n' | '\r\n' | '\n\r\n';

/** One reading as a line of text, its end included. */
export function lineOf(format: LineFormat, reading: Reading, end: LineEnd): string {
  return fieldsOf(format, reading) + end;
}

/** What a joystick that is not there reads. */
const neutral = 2047;
const degreesPerRadian = 180 / Math.PI;
/** Counts of an MPU-6050: its motion processor's and its registers'. */
const perG = { processed: 8192, raw: 16_384 };
const gravity = 9.80665;

function fieldsOf(format: LineFormat, { sent, pose }: Reading): string {
  const [thumb = 0, index = 0, middle = 0, ring = 0, pinky = 0] = sent;
  switch (format) {
    case 'alpha': {
      // As the firmware works them out: a fist is a grab, thumb and index together a pinch, the index a trigger.
      const trigger = Math.max(0, (index - neutral) * 2);
      const grab = (index + middle + ring + pinky) / 4 > 2047 ? 'L' : '';
      const pinch = (thumb + index) / 2 > 2047 ? 'M' : '';
      return `A${thumb}B${index}C${middle}D${ring}E${pinky}F${neutral}G${neutral}P${trigger}${index > 3000 ? 'I' : ''}${grab}${pinch}`;
    }
    case 'legacy': {
      const flags = [0, 0, 0, 0, Number(middle > 2047), Number((thumb + index) / 2 > 2047)];
      return [
        thumb,
        index,
        middle,
        ring,
        pinky,
        neutral,
        neutral,
        0,
        Math.max(0, (index - neutral) * 2),
        ...flags.slice(2),
      ].join('&');
    }
    case 'csv5':
      return [...sent].join(',');
    case 'csv9':
      return [...sent, ...fixed(pose.quaternion, 4)].join(',');
    case 'csv15':
      return [
        ...sent,
        ...fixed(pose.quaternion, 4),
        ...fixed(pose.linear, 3),
        ...fixed(pose.gyro, 2, degreesPerRadian),
      ].join(',');
    case 'csv30': {
      const upwards = pose.acceleration.map((one, at) => one - (pose.linear[at] ?? 0));
      const real = fixed(pose.linear, 0, perG.processed / gravity);
      return [
        ...sent,
        ...fixed(pose.quaternion, 6),
        ...fixed(pose.gyro, 0, degreesPerRadian * 16.4),
        ...fixed(pose.acceleration, 0, perG.processed / gravity),
        ...real,
        ...real,
        ...fixed(upwards, 6, 1 / gravity),
        ...fixed(pose.acceleration, 0, perG.raw / gravity),
        ...fixed(pose.gyro, 0, degreesPerRadian * 131),
      ].join(',');
    }
  }
}

const fixed = (values: Float64Array, digits: number, scale = 1): string[] =>
  Array.from(values, (value) => (value * scale).toFixed(digits));

/** What an ESP32 says at start, as far as it matters: that none of it is a reading. */
export function bootLog(lines: number, hand: Hand): string[] {
  const said = [
    'ets Jul 29 2019 12:21:46',
    'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
    'configsip: 0, SPIWP:0xee',
    'load:0x3fff0030,len:1184',
    'entry 0x400805f0',
    `[I] ${hand} glove ready`,
  ];
  return Array.from({ length: lines }, (_, index) => said[index % said.length] ?? '');
}
