import type { CommandState } from '../../../contract/devices.ts';
import { insertInto, type Placeholders, queriesOver, updateColumns } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type DeviceCommandRow, deviceCommands } from './devices-tables.ts';

const query = queriesOver<{ device_commands: DeviceCommandRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertCommand = insertInto(deviceCommands);
const updateState = updateColumns(deviceCommands, ['state', 'code', 'sent_at', 'ended_at']);
const commandById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('device_commands').selectAll().where('id', '=', p.id),
);
const openCommands = query((db, p: Placeholders<{ device: string }>) =>
  db
    .selectFrom('device_commands')
    .selectAll()
    .where('device', '=', p.device)
    .where((eb) => eb.or([eb('state', '=', 'pending'), eb('state', '=', 'sent')]))
    .orderBy('id'),
);
const forgetEnded = query((db, p: Placeholders<{ before: number }>) =>
  db.deleteFrom('device_commands').where('ended_at', '<', p.before),
);

/** What was last asked of a device, newest first. */
export const commandsOf = query((db, p: Placeholders<{ device: string; limit: number }>) =>
  db
    .selectFrom('device_commands')
    .selectAll()
    .where('device', '=', p.device)
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const commandsStore = {
  insert: (tx: Transaction, row: DeviceCommandRow) => tx.run(insertCommand, row),
  updateState: (tx: Transaction, row: DeviceCommandRow) => tx.run(updateState, row),
  byId: (reads: Reads, id: string) => reads.get(commandById, { id }),
  open: (reads: Reads, device: string) => reads.all(openCommands, { device }),
  forgetEnded: (tx: Transaction, before: number) => tx.run(forgetEnded, { before }),
};

export type EndState = Exclude<CommandState, 'pending' | 'sent'>;
