import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type CommandInboxRow, commandInbox } from './replication-tables.ts';

const query = queriesOver<{ command_inbox: CommandInboxRow }>();

const insertCommand = insertInto(commandInbox);
const commandById = query((db, p: Placeholders<{ command_id: string }>) =>
  db.selectFrom('command_inbox').selectAll().where('command_id', '=', p.command_id),
);
const deleteBefore = query((db, p: Placeholders<{ before: number }>) =>
  db.deleteFrom('command_inbox').where('executed_at', '<', p.before),
);

type Reads = Pick<Statements, 'all' | 'get'>;

export const commandsStore = {
  insert: (tx: Transaction, row: CommandInboxRow) => tx.run(insertCommand, row),
  byId: (reads: Reads, id: string) => reads.get(commandById, { command_id: id }),
  forgetBefore: (tx: Transaction, before: number) => tx.run(deleteBefore, { before }),
};
