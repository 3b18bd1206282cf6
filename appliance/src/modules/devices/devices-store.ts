import type { Kysely } from 'kysely';
import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type DevicePresenceRow, type DeviceRow, devices } from './devices-tables.ts';

interface Tables {
  devices: DeviceRow;
  device_presence: DevicePresenceRow;
}
const query = queriesOver<Tables>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertDevice = insertInto(devices);
const deviceByName = query((db, p: Placeholders<{ name: string }>) =>
  db.selectFrom('devices').selectAll().where('name', '=', p.name),
);
const revoke = query((db, p: Placeholders<{ id: string; revoked_at: number }>) =>
  db.updateTable('devices').set({ revoked_at: p.revoked_at }).where('id', '=', p.id),
);
const putPresence = query((db, p: Placeholders<DevicePresenceRow>) => {
  const said = {
    presence: p.presence,
    at: p.at,
    firmware: p.firmware,
    battery: p.battery,
    clock_measured_ms: p.clock_measured_ms,
    clock_round_trip_ms: p.clock_round_trip_ms,
    clock_observed_ms: p.clock_observed_ms,
  };
  return db
    .insertInto('device_presence')
    .values({ device: p.device, ...said })
    .onConflict((conflict) => conflict.column('device').doUpdateSet(said));
});
const putObserved = query((db, p: Placeholders<{ device: string; clock_observed_ms: number }>) =>
  db
    .updateTable('device_presence')
    .set({ clock_observed_ms: p.clock_observed_ms })
    .where('device', '=', p.device),
);
const mark = query((db, p: Placeholders<{ name: string; count: number; at: number; reason: string }>) =>
  db
    .updateTable('devices')
    .set((eb) => ({
      refused_count: eb('refused_count', '+', p.count),
      last_refused_at: p.at,
      last_refused_reason: p.reason,
    }))
    .where('name', '=', p.name),
);
const clearMarks = query((db, p: Placeholders<{ id: string }>) =>
  db
    .updateTable('devices')
    .set({ refused_count: 0, last_refused_at: null, last_refused_reason: null })
    .where('id', '=', p.id),
);
const presenceOf = query((db, p: Placeholders<{ device: string }>) =>
  db.selectFrom('device_presence').selectAll().where('device', '=', p.device),
);

/** What is known of who is there: one row per device that ever spoke. */
export const allPresence = query((db, _: Placeholders<object>) =>
  db.selectFrom('device_presence').select(['device', 'presence']),
);

/** A device with what it last said of itself. */
export type DeviceWithPresence = DeviceRow & {
  [Name in keyof Omit<DevicePresenceRow, 'device' | 'at'>]: DevicePresenceRow[Name] | null;
} & { presence_at: number | null };

const withPresence = (db: Kysely<Tables>) =>
  db
    .selectFrom('devices')
    .leftJoin('device_presence', 'device_presence.device', 'devices.name')
    .selectAll('devices')
    .select([
      'device_presence.presence',
      'device_presence.at as presence_at',
      'device_presence.firmware',
      'device_presence.battery',
      'device_presence.clock_measured_ms',
      'device_presence.clock_round_trip_ms',
      'device_presence.clock_observed_ms',
    ])
    .orderBy('devices.name');

/** Every device with what it last said. */
export const allDevices = query((db, _: Placeholders<object>) => withPresence(db));
export const deviceById = query((db, p: Placeholders<{ id: string }>) =>
  withPresence(db).where('devices.id', '=', p.id),
);

export const devicesStore = {
  insertDevice: (tx: Transaction, row: DeviceRow) => tx.run(insertDevice, row),
  deviceById: (reads: Reads, id: string) => reads.get(deviceById, { id }),
  deviceByName: (reads: Reads, name: string) => reads.get(deviceByName, { name }),
  revoke: (tx: Transaction, id: string, at: number) => tx.run(revoke, { id, revoked_at: at }),
  presenceOf: (reads: Reads, device: string) => reads.get(presenceOf, { device }),
  putObserved: (tx: Transaction, device: string, offsetMs: number) =>
    tx.run(putObserved, { device, clock_observed_ms: offsetMs }),
  mark: (tx: Transaction, name: string, refused: { count: number; at: number; reason: string }) =>
    tx.run(mark, { name, ...refused }),
  clearMarks: (tx: Transaction, id: string) => tx.run(clearMarks, { id }),
  putPresence: (tx: Transaction, row: DevicePresenceRow) => tx.run(putPresence, row),
  devices: (reads: Reads) => reads.all(allDevices, {}),
};
