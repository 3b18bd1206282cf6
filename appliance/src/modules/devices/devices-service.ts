import type {
  Device,
  DeviceKind,
  DeviceMetaPayload,
  DeviceReplyPayload,
  DeviceStatePayload,
} from '../../../contract/devices.ts';
import type { Clock } from '../../platform/clock.ts';
import { toMoment, toMomentOrNull } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import type { CommandsService } from './commands-service.ts';
import type { DeviceClocks } from './device-clocks.ts';
import { clockOf } from './devices.ts';
import {
  type DeviceHeard,
  deviceDescribed,
  deviceHeard,
  deviceRevoked,
  presenceChanged,
} from './devices-events.ts';
import { deviceProblems } from './devices-problems.ts';
import { type DeviceWithPresence, devicesStore } from './devices-store.ts';
import type { DevicePresenceRow, DeviceRow } from './devices-tables.ts';

export interface DevicesServiceDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  events: Events;
  auth: Pick<AuthModule, 'addUser' | 'disableUser'>;
  clocks: DeviceClocks;
  commands: Pick<CommandsService, 'sendOpen' | 'answer' | 'withdrawAll'>;
}

type Said = Partial<Omit<DevicePresenceRow, 'device' | 'at'>>;

/** A device that has not spoken yet. */
export const nothingSaid = {
  presence: null,
  presence_at: null,
  firmware: null,
  battery: null,
  clock_measured_ms: null,
  clock_round_trip_ms: null,
  clock_observed_ms: null,
} as const;

export const deviceView = (row: DeviceWithPresence): Device => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  presence: row.presence ?? 'unknown',
  presence_at: toMomentOrNull(row.presence_at),
  firmware: row.firmware,
  battery: row.battery,
  revoked: row.revoked_at !== null,
  created_at: toMoment(row.created_at),
  clock: clockOf(row),
  refused_count: row.refused_count,
  last_refused_at: toMomentOrNull(row.last_refused_at),
  last_refused_reason: row.last_refused_reason,
});

/** An observed offset that moved by less is no news. */
const newsworthyMs = 50;

export function createDevicesService(deps: DevicesServiceDeps) {
  const { database, clock, ids, events, auth, clocks, commands } = deps;

  /** Keeps what a device said, and tells of it when its presence is another than before. */
  function note(
    tx: Transaction,
    device: string,
    said: Said,
    told: Pick<DeviceHeard, 'gameId' | 'cause'>,
  ): void {
    const known = devicesStore.presenceOf(tx, device);
    const before = known?.presence ?? 'unknown';
    const row = {
      presence: before,
      firmware: null,
      battery: null,
      clock_measured_ms: null,
      clock_round_trip_ms: null,
      clock_observed_ms: null,
      ...known,
      ...said,
      device,
      at: clock.now(),
    };
    devicesStore.putPresence(tx, row);
    const { presence } = row;
    if (known?.presence !== presence) events.publish(tx, presenceChanged, { device, presence });
    events.publish(tx, deviceHeard, { device, presence, before, ...told });
  }

  const gone = (tx: Transaction, device: string, cause: DeviceHeard['cause']) =>
    note(tx, device, { presence: 'offline' }, { gameId: undefined, cause });

  const measured = ({ clock_offset_ms, clock_round_trip_ms }: DeviceMetaPayload): Said =>
    clock_offset_ms === undefined
      ? {}
      : { clock_measured_ms: clock_offset_ms, clock_round_trip_ms: clock_round_trip_ms ?? null };

  function addDevice(tx: Transaction, name: string, kind: DeviceKind, userId: string): DeviceRow {
    const row: DeviceRow = {
      id: ids.next(),
      name,
      kind,
      user_id: userId,
      created_at: clock.now(),
      revoked_at: null,
      refused_count: 0,
      last_refused_at: null,
      last_refused_reason: null,
    };
    devicesStore.insertDevice(tx, row);
    return row;
  }

  return {
    /**
     * Takes the state topic, also when a last will writes it. Durable when it resolves, so that the broker's PUBACK
     * means that the floor knows. What the device has not answered is sent again.
     */
    heard: (device: string, payload: DeviceStatePayload, receivedAt: number): Promise<void> =>
      database.write((tx) => {
        const { state, firmware, battery, game_id } = payload;
        const isThere = state !== 'offline';
        const saidAt = isThere && payload.at !== undefined ? Date.parse(payload.at) : Number.NaN;
        const said: Said = {
          presence: state,
          ...(firmware === undefined ? {} : { firmware }),
          ...(battery === undefined ? {} : { battery }),
          ...measured(payload),
          ...(Number.isNaN(saidAt) ? {} : { clock_observed_ms: clocks.observe(device, saidAt, receivedAt) }),
        };
        note(tx, device, said, { gameId: game_id, cause: 'said' });
        if (isThere) commands.sendOpen(tx, device);
      }),
    describe: (device: string, kind: DeviceKind, meta: DeviceMetaPayload): Promise<void> =>
      database.write((tx) => {
        const known = devicesStore.presenceOf(tx, device);
        const { firmware } = meta;
        devicesStore.putPresence(tx, {
          presence: 'unknown',
          at: clock.now(),
          battery: null,
          clock_measured_ms: null,
          clock_round_trip_ms: null,
          clock_observed_ms: null,
          ...known,
          firmware: firmware ?? known?.firmware ?? null,
          ...measured(meta),
          device,
        });
        events.publish(tx, deviceDescribed, { device, kind, meta });
      }),
    /** Throws `unknown_command` and `command_over`; the broker counts them and goes on. */
    replied: (device: string, reply: DeviceReplyPayload): Promise<void> =>
      database.write((tx) => commands.answer(tx, device, reply)),
    /** The last connection of a device ended, and it had not said that it would. */
    disconnected: (device: string): Promise<void> =>
      database.write((tx) => {
        const known = devicesStore.presenceOf(tx, device)?.presence;
        if (known !== undefined && known !== 'offline') gone(tx, device, 'gone');
      }),
    /**
     * When something happened by the venue's clock, as far as the device's is known; never later than it was heard.
     * @param deviceMs device time, epoch milliseconds
     */
    venueTime(tx: Transaction, device: string, deviceMs: number, receivedAt: number): number {
      const observed = clocks.observe(device, deviceMs, receivedAt);
      const known = devicesStore.presenceOf(tx, device);
      if (known !== undefined && !isNear(known.clock_observed_ms, observed))
        devicesStore.putObserved(tx, device, observed);
      const offset =
        clockOf({ ...nothingSaid, ...known, clock_observed_ms: observed })?.offset_ms ?? observed;
      return Math.round(Math.max(0, Math.min(receivedAt, deviceMs + offset)));
    },
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
      gone(tx, row.name, 'gone');
      commands.withdrawAll(tx, row.name);
      events.publish(tx, deviceRevoked, { device: row.name });
    },
    /** Staff have seen what the device did. Throws `not_found`. */
    clearMarks(tx: Transaction, id: string): void {
      if (devicesStore.deviceById(tx, id) === undefined) throw new Problem(httpProblems.not_found);
      devicesStore.clearMarks(tx, id);
    },
    /** Nobody can be connected to a broker that has just started: what was online before is not known to be. */
    forgetConnections: (): Promise<void> =>
      database.write((tx) => {
        for (const { name, presence } of devicesStore.devices(tx)) {
          if (presence !== null && presence !== 'offline' && presence !== 'unknown')
            gone(tx, name, 'restart');
        }
      }),
  };
}
export type DevicesService = ReturnType<typeof createDevicesService>;

const isNear = (known: number | null, offsetMs: number): boolean =>
  known !== null && Math.abs(known - offsetMs) < newsworthyMs;
