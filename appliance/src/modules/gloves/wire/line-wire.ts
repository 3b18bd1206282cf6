import { type Channel, fingers, type Layout } from '../../../../contract/glove-frame.ts';
import { crc16 } from './checksum.ts';

/** What a glove says of itself, as far as it does. */
export interface GloveInfo {
  readonly firmware?: number;
  readonly deviceType?: number;
  readonly hand?: 'left' | 'right';
}

export const lineCodes = [
  'alpha_syntax',
  'alpha_range',
  'alpha_shape',
  'legacy_syntax',
  'legacy_range',
  'csv_fields',
  'csv_number',
  'csv_quaternion',
  'csv_flex',
  'csv_motion',
] as const;
export type LineCode = (typeof lineCodes)[number];

export type LineReading =
  /** `values` has one for each channel of `layout`. */
  | {
      readonly kind: 'sample';
      readonly layout: Layout;
      readonly values: Int16Array;
      readonly info: GloveInfo | null;
    }
  | { readonly kind: 'info'; readonly info: GloveInfo }
  /** The glove rescales itself and has not seen this finger move: the number is no measurement. */
  | { readonly kind: 'unmoved' }
  | { readonly kind: 'refused'; readonly code: LineCode };

export const refused = (code: LineCode): LineReading => ({ kind: 'refused', code });

/** One glove's reader of one format; it remembers what it has learned of the glove. Never throws. */
export interface LineWire {
  /** `atMs`: when the line arrived, on a clock that only goes forward. */
  read(line: string, atMs: number): LineReading;
}

/** Layouts that a wire makes up have numbers that no frame can carry; the same channels have the same number. */
export function layoutOf(channels: readonly Channel[]): Layout {
  const described = new TextEncoder().encode(JSON.stringify(channels));
  return { id: 0x1_0000 + crc16(described), channels };
}

export const isFinger = (name: string): boolean => fingers.some((finger) => finger === name);

export const int16 = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value)));
