import type { GloveMeta, GloveWire } from '../../../contract/gloves.ts';
import type { GloveRow } from './gloves-tables.ts';

/** Firmware of these formats goes on looking for the ends of each finger's travel, as it comes out of the box. */
const rescalingWires: ReadonlySet<string> = new Set<GloveWire>(['alpha', 'legacy']);
const feelingWires: ReadonlySet<string> = new Set<GloveWire>(['frame', 'alpha', 'legacy']);

type Known = Pick<GloveRow, 'device_auto' | 'wire'>;

/**
 * Whether the glove rescales its fingers by itself: as staff say, or as its frames say, or as its wire usually does.
 */
export const isDeviceAuto = ({ device_auto, wire }: Known, saidByFrames = false): boolean =>
  device_auto === null ? saidByFrames || rescalingWires.has(wire ?? '') : device_auto === 1;

/** Whether feedback can be sent to it; of a glove that has not spoken it is not known, so it may be tried. */
export const canFeel = (wire: string | null): boolean => wire === null || feelingWires.has(wire);

/** What a glove is called together with, as long as it does not say so itself. */
export const usualClass = (wire: string, channels: number): string =>
  wire === 'frame' ? `frame-${channels}` : wire;

/** A class that the glove gave itself; null for one that is only its wire's. */
export const saidClass = (gloveClass: string | null): string | null =>
  gloveClass !== null && /^(frame-\d+|alpha|legacy|csv\d+)$/u.test(gloveClass) ? null : gloveClass;

/** A glove of which nothing is known yet. */
export const unknownGlove = (name: string, at: number): GloveRow => ({
  name,
  way: null,
  wire: null,
  hand: null,
  glove_class: null,
  layout: null,
  analog_max: null,
  ffb_scale: null,
  device_auto: null,
  firmware: null,
  rate_hz: null,
  station_id: null,
  created_at: at,
  seen_at: null,
});

/** What a glove says of itself takes the place of what it said before; what it does not mention stays. */
export const described = (row: GloveRow, meta: GloveMeta, layout: string | null): GloveRow => ({
  ...row,
  layout: layout ?? row.layout,
  hand: meta.hand ?? row.hand,
  glove_class: meta.glove_class ?? row.glove_class,
  analog_max: meta.analog_max ?? row.analog_max,
  rate_hz: meta.rate_hz ?? row.rate_hz,
  firmware: meta.firmware ?? row.firmware,
});
