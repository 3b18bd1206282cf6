import type { z } from 'zod';
import type { DeviceKind, DeviceMetaPayload } from '../../../contract/devices.ts';
import { type GloveChange, GloveMeta, type GloveWay, type Hand } from '../../../contract/gloves.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import type { DevicesModule } from '../devices/index.ts';
import type { Seen } from './glove-intake.ts';
import { layoutIn } from './glove-layouts.ts';
import { described, saidClass, unknownGlove, usualClass } from './gloves.ts';
import { gloveChanged } from './gloves-events.ts';
import { glovesStore } from './gloves-store.ts';
import type { GloveRow } from './gloves-tables.ts';

type Reads = Pick<Statements, 'all' | 'get'>;

export interface GlovesServiceDeps {
  clock: Pick<Clock, 'now'>;
  events: Events;
  devices: Pick<DevicesModule, 'deviceByName' | 'enrolWithoutSecret'>;
  attractions: Pick<AttractionsModule, 'station'>;
}

/** A glove at a station, as a recording of it begins. */
export interface GloveAt {
  readonly name: string;
  readonly hand: Hand | null;
  readonly gloveClass: string;
  readonly way: GloveWay | null;
  readonly deviceAuto: boolean;
}

export function createGlovesService({ clock, events, devices, attractions }: GlovesServiceDeps) {
  function save(tx: Transaction, row: GloveRow): GloveRow {
    if (glovesStore.byName(tx, row.name) === undefined) glovesStore.insert(tx, row);
    else glovesStore.update(tx, row);
    events.publish(tx, gloveChanged, { glove: row.name });
    return row;
  }
  const rowOf = (reads: Reads, name: string): GloveRow =>
    glovesStore.byName(reads, name) ?? unknownGlove(name, clock.now());

  /** The device, if it is a glove; throws `not_found` otherwise. */
  function gloveNamed(reads: Reads, name: string): GloveRow {
    const device = devices.deviceByName(reads, name);
    if (device?.kind !== 'glove') throw new Problem(httpProblems.not_found);
    return rowOf(reads, name);
  }

  return {
    gloveNamed,
    /** What a glove says of itself is kept, so that it is known while it sleeps. */
    describe(tx: Transaction, name: string, kind: DeviceKind, said: DeviceMetaPayload): void {
      if (kind !== 'glove') return;
      const meta = GloveMeta.parse(said);
      save(tx, described(rowOf(tx, name), meta, layoutIn(meta)));
    },
    /** Throws `not_found` and `unknown_station`. */
    change(tx: Transaction, name: string, change: z.output<typeof GloveChange>): GloveRow {
      const row = gloveNamed(tx, name);
      const { station_id, device_auto, ...plain } = change;
      if (station_id != null) attractions.station(tx, station_id);
      return save(tx, {
        ...row,
        ...given(plain),
        ...(station_id === undefined ? {} : { station_id }),
        ...(device_auto === undefined
          ? {}
          : { device_auto: device_auto === null ? null : device_auto ? 1 : 0 }),
      });
    },
    /**
     * A glove that nobody can sign in as is a device from now on. False when it may not be: its name is another
     * device's, or it was revoked.
     */
    admit(tx: Transaction, name: string): boolean {
      const device = devices.deviceByName(tx, name);
      if (device === undefined) devices.enrolWithoutSecret(tx, name, 'glove');
      return device === undefined || (device.kind === 'glove' && device.revoked_at === null);
    },
    /** It speaks, and perhaps not as before. */
    seen(tx: Transaction, name: string, { way, wire, layout, hand, firmware }: Seen): void {
      const row = rowOf(tx, name);
      save(tx, {
        ...row,
        way,
        wire,
        // What frames hold is the glove's to say; without a word of it, it goes by their number of channels.
        layout: wire === 'frame' || layout === null ? row.layout : JSON.stringify(layout),
        hand: row.hand ?? hand,
        firmware: firmware ?? row.firmware,
        glove_class: saidClass(row.glove_class) ?? usualClass(wire, layout) ?? row.glove_class,
        seen_at: clock.now(),
      });
    },
    touch(tx: Transaction, seenAt: ReadonlyMap<string, number>): void {
      for (const [name, at] of seenAt) glovesStore.seen(tx, name, at);
    },
  };
}
export type GlovesService = ReturnType<typeof createGlovesService>;

/** Without what was left out. */
function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
