import type { Device, DeviceKind, DeviceStatePayload } from '../../../contract/devices.ts';
import type { Clock } from '../../platform/clock.ts';
import { toMoment, toMomentOrNull } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import { deviceRevoked, presenceChanged } from './devices-events.ts';
import { deviceProblems } from './devices-problems.ts';
import { devicesStore } from './devices-store.ts';
import type { DevicePresenceRow, DeviceRow } from './devices-tables.ts';

export interface DevicesServiceDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  events: Events;
  auth: Pick<AuthModule, 'addUser' | 'disableUser'>;
}

type Said = Partial<Pick<DevicePresenceRow, 'presence' | 'firmware' | 'battery'>>;

export const deviceView = (
  row: DeviceRow & {
    [Name in keyof Omit<DevicePresenceRow, 'device' | 'at'>]: DevicePresenceRow[Name] | null;
  } & {
    presence_at: number | null;
  },
): Device => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  presence: row.presence ?? 'unknown',
  presence_at: toMomentOrNull(row.presence_at),
  firmware: row.firmware,
  battery: row.battery,
  revoked: row.revoked_at !== null,
  created_at: toMoment(row.created_at),
});

export function createDevicesService({ database, clock, ids, events, auth }: DevicesServiceDeps) {
  /** Keeps what a device said, and tells of it when its presence is another than before. */
  function notePresence(tx: Transaction, device: string, said: Said): void {
    const known = devicesStore.presenceOf(tx, device);
    const presence = said.presence ?? known?.presence ?? 'unknown';
    devicesStore.putPresence(tx, {
      device,
      presence,
      at: clock.now(),
      firmware: said.firmware ?? known?.firmware ?? null,
      battery: said.battery ?? known?.battery ?? null,
    });
    if (known?.presence !== presence) events.publish(tx, presenceChanged, { device, presence });
  }

  function addDevice(tx: Transaction, name: string, kind: DeviceKind, userId: string): DeviceRow {
    const row: DeviceRow = {
      id: ids.next(),
      name,
      kind,
      user_id: userId,
      created_at: clock.now(),
      revoked_at: null,
    };
    devicesStore.insertDevice(tx, row);
    return row;
  }

  return {
    /** Durable when it resolves, so that the broker's PUBACK means that the floor knows. */
    heard: (device: string, { state, firmware, battery }: DeviceStatePayload): Promise<void> =>
      database.write((tx) =>
        notePresence(tx, device, {
          presence: state,
          ...(firmware === undefined ? {} : { firmware }),
          ...(battery === undefined ? {} : { battery }),
        }),
      ),
    describe: (device: string, meta: { firmware?: string | undefined }): Promise<void> =>
      database.write((tx) =>
        notePresence(tx, device, meta.firmware === undefined ? {} : { firmware: meta.firmware }),
      ),
    /** Throws `device_exists`. */
    enrol(tx: Transaction, name: string, kind: DeviceKind, secretHash: string): DeviceRow {
      if (devicesStore.deviceByName(tx, name) !== undefined) throw new Problem(deviceProblems.device_exists);
      const user = auth.addUser(tx, { username: name, role: kind, passwordHash: secretHash });
      return addDevice(tx, name, kind, user.id);
    },
    addDevice,
    revoke(tx: Transaction, id: string): void {
      const row = devicesStore.deviceById(tx, id);
      if (row === undefined) throw new Problem(httpProblems.not_found);
      if (row.revoked_at !== null) return;
      devicesStore.revoke(tx, id, clock.now());
      auth.disableUser(tx, row.user_id);
      notePresence(tx, row.name, { presence: 'offline' });
      events.publish(tx, deviceRevoked, { device: row.name });
    },
    /** Nobody can be connected to a broker that has just started: what was online before is not known to be. */
    forgetConnections: (): Promise<void> =>
      database.write((tx) => {
        for (const { name, presence } of devicesStore.devices(tx)) {
          if (presence !== null && presence !== 'offline' && presence !== 'unknown') {
            notePresence(tx, name, { presence: 'offline' });
          }
        }
      }),
  };
}
export type DevicesService = ReturnType<typeof createDevicesService>;
