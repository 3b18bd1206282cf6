import {
  accelerometer,
  type Channel,
  channel,
  curls,
  gyroscope,
  linearAcceleration,
  quaternion,
} from '../../../contract/glove-frame.ts';
import type { GloveLayout, GloveMeta } from '../../../contract/gloves.ts';

const usualAnalogMax = 4_095;
const largestLayoutId = 0xffff;

/** The layout that a glove's meta describes, as JSON; null where it describes none. */
export function layoutIn(meta: GloveMeta): string | null {
  const { channels, layout, analog_max, layout_id } = meta;
  const said = channels ?? layout?.channels;
  if (said === undefined) return null;
  const usual = usualChannels(analog_max ?? usualAnalogMax);
  const read = said.map((one, at): Channel => {
    const { name, unit, scale, offset } = typeof one === 'string' ? { name: one } : one;
    const known = usual.get(name) ?? channel(name, '', 1);
    return {
      name,
      unit: unit ?? saidAt(meta.units, at) ?? known.unit,
      scale: scale ?? saidAt(meta.scale, at) ?? known.scale,
      offset: offset ?? saidAt(meta.offset, at) ?? known.offset,
    };
  });
  return JSON.stringify({ id: layout_id ?? layout?.id ?? null, channels: read } satisfies GloveLayout);
}

const saidAt = <Value extends string | number>(
  said: Value | readonly Value[] | undefined,
  at: number,
): Value | undefined => (typeof said === 'object' ? said[at] : said);

/** What is stored of a glove's layout. */
export const storedLayout = (json: string | null): GloveLayout | null =>
  json === null ? null : (JSON.parse(json) as GloveLayout);

/** What the glove's meta said of its frames. What lines are made of has a number that no frame carries. */
export function saidLayout(json: string | null): GloveLayout | null {
  const layout = storedLayout(json);
  return layout !== null && (layout.id ?? 0) <= largestLayoutId ? layout : null;
}

/** What a channel of this name is, when the glove says no more than the name. */
const usualChannels = (analogMax: number): ReadonlyMap<string, Channel> =>
  new Map(
    [...curls(analogMax), ...quaternion, ...gyroscope, ...accelerometer, ...linearAcceleration].map((one) => [
      one.name,
      one,
    ]),
  );
