import type { ExpressionBuilder } from 'kysely';
import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { GameRow } from '../games/index.ts';
import type { MessageRow } from '../messaging/index.ts';
import { type CommandInboxRow, type OutageRow, outages } from './replication-tables.ts';

interface Tables {
  games: GameRow;
  messages: MessageRow;
  command_inbox: CommandInboxRow;
  outages: OutageRow;
}
const query = queriesOver<Tables>();

/** Epoch milliseconds; the start is in, the end is out. */
interface Span {
  from: number;
  until: number;
}

const insertOutage = insertInto(outages);
const outageBegunAt = query((db, p: Placeholders<{ began_at: number }>) =>
  db.selectFrom('outages').select('id').where('began_at', '=', p.began_at),
);
/** What was asked from afar meanwhile is decided after an outage is over: it is counted when somebody looks. */
const askedMeanwhile = (db: ExpressionBuilder<Tables, 'outages'>, status: CommandInboxRow['status']) =>
  db
    .selectFrom('command_inbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', status)
    .whereRef('asked_at', '>=', 'outages.began_at')
    .whereRef('asked_at', '<', 'outages.caught_up_at');
export const latestOutages = query((db, p: Placeholders<{ limit: number }>) =>
  db
    .selectFrom('outages')
    .selectAll()
    .select((eb) => [
      askedMeanwhile(eb, 'applied').$asScalar().$notNull().as('commands_applied'),
      askedMeanwhile(eb, 'conflict').$asScalar().$notNull().as('conflicts'),
    ])
    .orderBy('began_at', 'desc')
    .limit(p.limit),
);

const signedUp = query((db, p: Placeholders<Span>) =>
  db
    .selectFrom('games')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('created_at', '>=', p.from)
    .where('created_at', '<', p.until),
);
const served = query((db, p: Placeholders<Span>) =>
  db
    .selectFrom('games')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('completed_at', '>=', p.from)
    .where('completed_at', '<', p.until),
);
const textsSent = query((db, p: Placeholders<Span>) =>
  db
    .selectFrom('messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('sent_at', '>=', p.from)
    .where('sent_at', '<', p.until),
);
/** A text ends as `expired` at the moment that makes it too late. */
const textsDropped = query((db, p: Placeholders<Span>) =>
  db
    .selectFrom('messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'expired')
    .where('expires_at', '>=', p.from)
    .where('expires_at', '<', p.until),
);
/** Written by then, and sent or become too late only afterwards, or not yet. */
const textsWaiting = query((db, p: Placeholders<{ at: number }>) =>
  db
    .selectFrom('messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('created_at', '<', p.at)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['pending', 'sending']),
        eb('sent_at', '>=', p.at),
        eb.and([eb('state', '=', 'expired'), eb('expires_at', '>=', p.at)]),
      ]),
    ),
);
type Reads = Pick<Statements, 'all' | 'get'>;

export const outagesStore = {
  insert: (tx: Transaction, row: OutageRow) => tx.run(insertOutage, row),
  isKnown: (reads: Reads, beganAt: number) => reads.get(outageBegunAt, { began_at: beganAt }) !== undefined,
  /** What the venue did between two moments, by its own tables. */
  countsBetween: (reads: Reads, from: number, until: number) => ({
    guests_signed_up: reads.get(signedUp, { from, until })?.count ?? 0,
    guests_served: reads.get(served, { from, until })?.count ?? 0,
    texts_sent: reads.get(textsSent, { from, until })?.count ?? 0,
    texts_held: reads.get(textsWaiting, { at: until })?.count ?? 0,
    texts_dropped: reads.get(textsDropped, { from, until })?.count ?? 0,
  }),
};
