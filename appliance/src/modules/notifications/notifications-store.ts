import { sql } from 'kysely';
import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import {
  type PlayerChangeRow,
  type PlayerEventRow,
  playerEvents,
  type ToldRow,
} from './notifications-tables.ts';

const query = queriesOver<{
  player_events: PlayerEventRow;
  player_changes: PlayerChangeRow;
  told_events: ToldRow;
}>();
type Reads = Pick<Statements, 'all' | 'get'>;

interface Stretch {
  player_id: string;
  after: number;
  limit: number;
}

const insertEvent = insertInto(playerEvents);
const eventOfKey = query((db, p: Placeholders<{ player_id: string; unique_key: string }>) =>
  db
    .selectFrom('player_events')
    .select('id')
    .where('player_id', '=', p.player_id)
    .where('unique_key', '=', p.unique_key),
);
const withdrawEvent = query((db, p: Placeholders<{ player_id: string; unique_key: string }>) =>
  db
    .updateTable('player_events')
    .set({ payload: null, unique_key: sql`unique_key || '/' || id` })
    .where('player_id', '=', p.player_id)
    .where('unique_key', '=', p.unique_key)
    .where('payload', 'is not', null),
);
const setChange = query((db, p: Placeholders<PlayerChangeRow>) =>
  db
    .insertInto('player_changes')
    .values({ player_id: p.player_id, kind: p.kind, thing_id: p.thing_id, seq: p.seq, gone: p.gone })
    .onConflict((conflict) =>
      conflict.columns(['player_id', 'kind', 'thing_id']).doUpdateSet((eb) => ({
        seq: eb.ref('excluded.seq'),
        gone: eb.ref('excluded.gone'),
      })),
    ),
);

const newestEvent = query((db, _: Placeholders<object>) =>
  db.selectFrom('player_events').select('seq').orderBy('seq', 'desc').limit(1),
);
const newestChange = query((db, _: Placeholders<object>) =>
  db.selectFrom('player_changes').select('seq').orderBy('seq', 'desc').limit(1),
);
export const newestEventOf = query((db, p: Placeholders<{ player_id: string }>) =>
  db
    .selectFrom('player_events')
    .select('seq')
    .where('player_id', '=', p.player_id)
    .orderBy('seq', 'desc')
    .limit(1),
);
export const newestChangeOf = query((db, p: Placeholders<{ player_id: string }>) =>
  db
    .selectFrom('player_changes')
    .select('seq')
    .where('player_id', '=', p.player_id)
    .orderBy('seq', 'desc')
    .limit(1),
);

/** A player's events behind `after`, in order. */
export const eventsAfter = query((db, p: Placeholders<Stretch>) =>
  db
    .selectFrom('player_events')
    .selectAll()
    .where('player_id', '=', p.player_id)
    .where('seq', '>', p.after)
    .orderBy('seq')
    .limit(p.limit),
);
/** Those of them that are no newer than `upTo`. */
export const eventsBetween = query((db, p: Placeholders<Stretch & { upTo: number }>) =>
  db
    .selectFrom('player_events')
    .selectAll()
    .where('player_id', '=', p.player_id)
    .where('seq', '>', p.after)
    .where('seq', '<=', p.upTo)
    .orderBy('seq')
    .limit(p.limit),
);
export const changesBetween = query((db, p: Placeholders<Stretch & { upTo: number }>) =>
  db
    .selectFrom('player_changes')
    .selectAll()
    .where('player_id', '=', p.player_id)
    .where('seq', '>', p.after)
    .where('seq', '<=', p.upTo)
    .orderBy('seq')
    .limit(p.limit),
);

/** Everybody's events behind `after`, in order. */
export const allEventsAfter = query((db, p: Placeholders<{ after: number; limit: number }>) =>
  db.selectFrom('player_events').selectAll().where('seq', '>', p.after).orderBy('seq').limit(p.limit),
);
const toldBy = query((db, p: Placeholders<{ way: ToldRow['way'] }>) =>
  db.selectFrom('told_events').select('seq').where('way', '=', p.way),
);
const setTold = query((db, p: Placeholders<ToldRow>) =>
  db
    .insertInto('told_events')
    .values({ way: p.way, seq: p.seq })
    .onConflict((conflict) => conflict.column('way').doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq') }))),
);

export const notificationsStore = {
  insertEvent: (tx: Transaction, row: PlayerEventRow) => tx.run(insertEvent, row),
  eventOfKey: (reads: Reads, playerId: string, uniqueKey: string) =>
    reads.get(eventOfKey, { player_id: playerId, unique_key: uniqueKey })?.id,
  withdrawEvent: (tx: Transaction, playerId: string, uniqueKey: string) =>
    tx.run(withdrawEvent, { player_id: playerId, unique_key: uniqueKey }) > 0,
  setChange: (tx: Transaction, row: PlayerChangeRow) => tx.run(setChange, row),
  newestEvent: (reads: Reads) => reads.get(newestEvent, {})?.seq ?? 0,
  newestSeq: (reads: Reads) =>
    Math.max(reads.get(newestEvent, {})?.seq ?? 0, reads.get(newestChange, {})?.seq ?? 0),
  /** Undefined where this machine has never told anybody that way. */
  toldBy: (reads: Reads, way: ToldRow['way']) => reads.get(toldBy, { way })?.seq,
  setTold: (tx: Transaction, way: ToldRow['way'], seq: number) => tx.run(setTold, { way, seq }),
};
