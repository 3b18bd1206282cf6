import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type OptOutRow, optOuts } from './players-tables.ts';

const query = queriesOver<{ opt_outs: OptOutRow }>();

const insertOptOut = insertInto(optOuts);
/** Identifiers sort by when they were made, also over a clock that was set back. */
const lastWordOf = query((db, p: Placeholders<{ phone: string }>) =>
  db.selectFrom('opt_outs').select('opted_out').where('phone', '=', p.phone).orderBy('id', 'desc').limit(1),
);

export const optOutsStore = {
  insert: (tx: Transaction, row: OptOutRow) => tx.run(insertOptOut, row),
  lastWordOf: (reads: Pick<Statements, 'get'>, phone: string) => reads.get(lastWordOf, { phone })?.opted_out,
};
