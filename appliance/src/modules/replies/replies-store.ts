import { insertInto, type Placeholders, type Query, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { GameRow } from '../games/index.ts';
import { type IncomingTextRow, incomingTexts } from './replies-tables.ts';

const query = queriesOver<{ incoming_texts: IncomingTextRow; games: GameRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

export interface ReplyWithTicket extends IncomingTextRow {
  ticket: string | null;
}

const insertReply = insertInto(incomingTexts);
const byReference = query((db, p: Placeholders<{ carrier: string; reference: string }>) =>
  db
    .selectFrom('incoming_texts')
    .select('id')
    .where('carrier', '=', p.carrier)
    .where('reference', '=', p.reference),
);
const answersSince = query((db, p: Placeholders<{ phone: string; since: number }>) =>
  db
    .selectFrom('incoming_texts')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('phone', '=', p.phone)
    .where('received_at', '>=', p.since)
    .where('answered_with', 'is not', null),
);
const replyById = query((db, p: Placeholders<{ id: string }>) =>
  db
    .selectFrom('incoming_texts')
    .leftJoin('games', 'games.id', 'incoming_texts.game_id')
    .selectAll('incoming_texts')
    .select('games.ticket as ticket')
    .where('incoming_texts.id', '=', p.id),
);
const setHandled = query((db, p: Placeholders<{ id: string; handled_at: number; handled_by: string }>) =>
  db
    .updateTable('incoming_texts')
    .set({ handled_at: p.handled_at, handled_by: p.handled_by })
    .where('id', '=', p.id)
    .where('handled_at', 'is', null),
);

interface PageParams {
  before: string;
  limit: number;
}
const page = (onlyOpen: boolean): Query<PageParams, ReplyWithTicket> =>
  query((db, p: Placeholders<PageParams>) => {
    const all = db
      .selectFrom('incoming_texts')
      .leftJoin('games', 'games.id', 'incoming_texts.game_id')
      .selectAll('incoming_texts')
      .select('games.ticket as ticket')
      .where('incoming_texts.id', '<', p.before)
      .orderBy('incoming_texts.id', 'desc')
      .limit(p.limit);
    return onlyOpen
      ? all.where('incoming_texts.outcome', '=', 'to_staff').where('incoming_texts.handled_at', 'is', null)
      : all;
  });
/** Texts from guests, newest first, from before the id `before` on. */
export const replyPage = { all: page(false), open: page(true) };

export const countOpenReplies = query((db, _: Placeholders<object>) =>
  db
    .selectFrom('incoming_texts')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('outcome', '=', 'to_staff')
    .where('handled_at', 'is', null),
);

export const repliesStore = {
  insert: (tx: Transaction, row: IncomingTextRow) => tx.run(insertReply, row),
  isKnown: (reads: Reads, carrier: string, reference: string) =>
    reads.get(byReference, { carrier, reference }) !== undefined,
  answersSince: (reads: Reads, phone: string, since: number) =>
    reads.get(answersSince, { phone, since })?.count ?? 0,
  byId: (reads: Reads, id: string) => reads.get(replyById, { id }),
  setHandled: (tx: Transaction, id: string, handledAt: number, handledBy: string) =>
    tx.run(setHandled, { id, handled_at: handledAt, handled_by: handledBy }),
};
