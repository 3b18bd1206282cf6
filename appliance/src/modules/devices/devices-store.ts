import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type DevicePresenceRow, type DeviceRow, devices } from './devices-tables.ts';

const query = queriesOver<{ devices: DeviceRow; device_presence: DevicePresenceRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertDevice = insertInto(devices);
const deviceById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('devices').selectAll().where('id', '=', p.id),
);
const deviceByName = query((db, p: Placeholders<{ name: string }>) =>
  db.selectFrom('devices').selectAll().where('name', '=', p.name),
);
const revoke = query((db, p: Placeholders<{ id: string; revoked_at: number }>) =>
  db.updateTable('devices').set({ revoked_at: p.revoked_at }).where('id', '=', p.id),
);
const putPresence = query((db, p: Placeholders<DevicePresenceRow>) =>
  db
    .insertInto('device_presence')
    .values({ device: p.device, presence: p.presence, at: p.at, firmware: p.firmware, battery: p.battery })
    .onConflict((conflict) =>
      conflict
        .column('device')
        .doUpdateSet({ presence: p.presence, at: p.at, firmware: p.firmware, battery: p.battery }),
    ),
);
const presenceOf = query((db, p: Placeholders<{ device: string }>) =>
  db.selectFrom('device_presence').selectAll().where('device', '=', p.device),
);

/** What is known of who is there: one row per device that ever spoke. */
export const allPresence = query((db, _: Placeholders<object>) =>
  db.selectFrom('device_presence').select(['device', 'presence']),
);

/** Every device with what it last said. */
export const allDevices = query((db, _: Placeholders<object>) =>
  db
    .selectFrom('devices')
    .leftJoin('device_presence', 'device_presence.device', 'devices.name')
    .selectAll('devices')
    .select([
      'device_presence.presence',
      'device_presence.at as presence_at',
      'device_presence.firmware',
      'device_presence.battery',
    ])
    .orderBy('devices.name'),
);

export const devicesStore = {
  insertDevice: (tx: Transaction, row: DeviceRow) => tx.run(insertDevice, row),
  deviceById: (reads: Reads, id: string) => reads.get(deviceById, { id }),
  deviceByName: (reads: Reads, name: string) => reads.get(deviceByName, { name }),
  revoke: (tx: Transaction, id: string, at: number) => tx.run(revoke, { id, revoked_at: at }),
  presenceOf: (reads: Reads, device: string) => reads.get(presenceOf, { device }),
  putPresence: (tx: Transaction, row: DevicePresenceRow) => tx.run(putPresence, row),
  devices: (reads: Reads) => reads.all(allDevices, {}),
};
