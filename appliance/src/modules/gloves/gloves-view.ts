import type { Presence } from '../../../contract/devices.ts';
import type { Layout } from '../../../contract/glove-frame.ts';
import type { Glove, GloveHealth } from '../../../contract/gloves.ts';
import { GloveWire } from '../../../contract/gloves.ts';
import { toMomentOrNull } from '../../platform/clock.ts';
import { storedLayout } from './glove-layouts.ts';
import { isDeviceAuto, unknownGlove, usuallyRescales } from './gloves.ts';
import type { GloveRow } from './gloves-tables.ts';

/** As the devices know it. */
export interface GloveDevice {
  readonly name: string;
  readonly kind: string;
  readonly revoked_at: number | null;
  readonly created_at: number;
  readonly presence: Presence | null;
  readonly battery: number | null;
  readonly firmware: string | null;
}

/** What is in memory of a glove that was heard since the start. */
export interface GloveNow {
  readonly health: GloveHealth;
  /** Its frames say that it rescales itself. */
  readonly saysDeviceAuto: boolean;
  /** Of its last samples. */
  readonly layout: Layout | null;
}

export type NowOf = (name: string, isThere: boolean) => GloveNow | null;

const isThere = (presence: Presence | null): boolean =>
  presence !== null && !['offline', 'unknown'].includes(presence);

/** Every glove that may sign in or is plugged in, whether it was ever heard or not. */
export function gloveViews(
  devices: readonly GloveDevice[],
  rows: readonly GloveRow[],
  nowOf: NowOf,
): Glove[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  return devices
    .filter(({ kind, revoked_at }) => kind === 'glove' && revoked_at === null)
    .map((device) =>
      gloveView(device, byName.get(device.name) ?? unknownGlove(device.name, device.created_at), nowOf),
    );
}

function gloveView(device: GloveDevice, row: GloveRow, nowOf: NowOf): Glove {
  const now = nowOf(row.name, isThere(device.presence));
  return {
    name: row.name,
    presence: device.presence ?? 'unknown',
    battery: device.battery,
    way: row.way,
    wire: GloveWire.safeParse(row.wire).data ?? null,
    hand: row.hand,
    glove_class: row.glove_class,
    layout: storedLayout(row.layout) ?? known(now?.layout ?? null),
    analog_max: row.analog_max,
    ffb_scale: row.ffb_scale,
    device_auto: isDeviceAuto(row.device_auto, now?.saysDeviceAuto ?? usuallyRescales(row.wire)),
    device_auto_set: row.device_auto === null ? null : row.device_auto === 1,
    firmware: row.firmware ?? device.firmware,
    rate_hz: row.rate_hz,
    station_id: row.station_id,
    seen_at: toMomentOrNull(row.seen_at),
    health: now?.health ?? null,
  };
}

const known = (layout: Layout | null): Glove['layout'] =>
  layout === null ? null : { id: layout.id, channels: [...layout.channels] };
