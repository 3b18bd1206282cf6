import type { MessageState } from '../../../contract/messaging.ts';
import {
  insertInto,
  type Placeholders,
  type Query,
  queriesOver,
  updateWhole,
} from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type CloseWatchRow, closeWatches, type MessageRow, messages } from './messaging-tables.ts';

const query = queriesOver<{ messages: MessageRow; close_watches: CloseWatchRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertMessage = insertInto(messages);
const updateMessage = updateWhole(messages);
const messageById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('messages').selectAll().where('id', '=', p.id),
);
/** The texts about a game, newest first. */
const ofGame = query((db, p: Placeholders<{ game_id: string }>) =>
  db.selectFrom('messages').selectAll().where('game_id', '=', p.game_id).orderBy('id', 'desc'),
);
const latestOfGame = query((db, p: Placeholders<{ game_id: string }>) =>
  db.selectFrom('messages').select('id').where('game_id', '=', p.game_id).orderBy('id', 'desc').limit(1),
);
const pendingTo = query((db, p: Placeholders<{ phone: string }>) =>
  db.selectFrom('messages').selectAll().where('state', '=', 'pending').where('phone', '=', p.phone),
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

/** When the text was written that waits longest, of those whose moment has come. */
export const oldestWaiting = query((db, p: Placeholders<{ now: number }>) =>
  db
    .selectFrom('messages')
    .select((eb) => eb.fn.min('send_after').as('send_after'))
    .where('state', '=', 'pending')
    .where('send_after', '<=', p.now),
);

const insertWatch = insertInto(closeWatches);
const removeWatch = query((db, p: Placeholders<{ game_id: string }>) =>
  db.deleteFrom('close_watches').where('game_id', '=', p.game_id),
);

export const messagingStore = {
  insert: (tx: Transaction, row: MessageRow) => tx.run(insertMessage, row),
  update: (tx: Transaction, row: MessageRow) => tx.run(updateMessage, row),
  byId: (reads: Reads, id: string) => reads.get(messageById, { id }),
  ofGame: (reads: Reads, gameId: string) => reads.all(ofGame, { game_id: gameId }),
  isLatestOfGame: (reads: Reads, gameId: string, id: string) =>
    reads.get(latestOfGame, { game_id: gameId })?.id === id,
  pendingTo: (reads: Reads, phone: string) => reads.all(pendingTo, { phone }),
  /** The guest of this game is to be told when they are close. */
  watch: (tx: Transaction, gameId: string) => {
    tx.run(removeWatch, { game_id: gameId });
    tx.run(insertWatch, { game_id: gameId });
  },
  /** Answers whether they were to be told. */
  watchNoMore: (tx: Transaction, gameId: string) => tx.run(removeWatch, { game_id: gameId }) > 0,
};
