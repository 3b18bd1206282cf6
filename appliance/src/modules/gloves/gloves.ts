import type { Layout } from '../../../contract/glove-frame.ts';
import type { GloveMeta, GloveWire } from '../../../contract/gloves.ts';
import type { GloveRow } from './gloves-tables.ts';

/** Firmware of these formats goes on looking for the ends of each finger's travel, as it comes out of the box. */
const rescalingWires: ReadonlySet<string> = new Set<GloveWire>(['alpha', 'legacy']);
const feelingWires: ReadonlySet<string> = new Set<GloveWire>(['alpha', 'legacy']);

export const usuallyRescales = (wire: string | null): boolean => rescalingWires.has(wire ?? '');

/** Whether the glove rescales its fingers by itself: as staff say, or as what it sends says. */
export const isDeviceAuto = (setByStaff: 0 | 1 | null, saidByGlove: boolean): boolean =>
  setByStaff === null ? saidByGlove : setByStaff === 1;

/** Whether a glove on a line of this wire understands what it is to let its wearer feel. */
export const canFeel = (wire: string | null): boolean => feelingWires.has(wire ?? '');

/** What a glove is called together with, as long as it does not say so itself. */
export const usualClass = (wire: string, layout: Layout | null): string | null => {
  if (wire !== 'frame') return wire;
  return layout === null ? null : `frame-${layout.channels.length}`;
};

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
