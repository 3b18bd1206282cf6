import type { MessageState } from '../../../contract/messaging.ts';
import {
  insertInto,
  type Placeholders,
  type Query,
  queriesOver,
  updateWhole,
} from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type MessageRow, messages } from './messaging-tables.ts';

const query = queriesOver<{ messages: MessageRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertMessage = insertInto(messages);
const updateMessage = updateWhole(messages);
const messageById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('messages').selectAll().where('id', '=', p.id),
);
const latestOfGame = query((db, p: Placeholders<{ game_id: string }>) =>
  db.selectFrom('messages').selectAll().where('game_id', '=', p.game_id).orderBy('id', 'desc').limit(1),
);

interface PageParams {
  state: MessageState;
  before: string;
  limit: number;
}
const page = (ofState: boolean): Query<PageParams, MessageRow> =>
  query((db, p: Placeholders<PageParams>) => {
    const all = db
      .selectFrom('messages')
      .selectAll()
      .where('id', '<', p.before)
      .orderBy('id', 'desc')
      .limit(p.limit);
    return ofState ? all.where('state', '=', p.state) : all;
  });
/** The outbox, newest first, from before the id `before` on. */
export const messagePage = { all: page(false), ofState: page(true) };

export const countPending = query((db, _: Placeholders<object>) =>
  db
    .selectFrom('messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'pending'),
);

export const messagingStore = {
  insert: (tx: Transaction, row: MessageRow) => tx.run(insertMessage, row),
  update: (tx: Transaction, row: MessageRow) => tx.run(updateMessage, row),
  byId: (reads: Reads, id: string) => reads.get(messageById, { id }),
  latestOfGame: (reads: Reads, gameId: string) => reads.get(latestOfGame, { game_id: gameId }),
};
