import { insertInto, type Placeholders, queriesOver, updateWhole } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { gloveSessions, type SessionRow } from './sessions-tables.ts';

const query = queriesOver<{ glove_sessions: SessionRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertSession = insertInto(gloveSessions);
const updateSession = updateWhole(gloveSessions);

export const sessionById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('glove_sessions').selectAll().where('id', '=', p.id),
);
/** First begun first. */
export const sessionsOfGame = query((db, p: Placeholders<{ game_id: string }>) =>
  db.selectFrom('glove_sessions').selectAll().where('game_id', '=', p.game_id).orderBy('id'),
);
/** Newest first. */
export const sessionsOfPlayer = query((db, p: Placeholders<{ player_id: string }>) =>
  db
    .selectFrom('glove_sessions')
    .selectAll()
    .where('player_id', '=', p.player_id)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc'),
);
/** What is being recorded: for whoever takes samples in beside the appliance. */
export const openSessions = query((db, _: Placeholders<object>) =>
  db.selectFrom('glove_sessions').selectAll().where('state', '=', 'open').orderBy('id'),
);
/** What gloves record, and what they recorded until after a moment; first begun first. */
export const recordedUntil = query((db, p: Placeholders<{ after: number }>) =>
  db
    .selectFrom('glove_sessions')
    .select(['id', 'glove', 'started_at', 'ended_at'])
    .where('glove', 'is not', null)
    .where('state', 'in', ['open', 'closed'])
    .where((eb) => eb.or([eb('state', '=', 'open'), eb('ended_at', '>', p.after)]))
    .orderBy('started_at')
    .orderBy('id'),
);
/** Oldest first, from after one on. */
const closedKept = query((db, p: Placeholders<{ after: number; afterId: string; limit: number }>) =>
  db
    .selectFrom('glove_sessions')
    .selectAll()
    .where('state', '=', 'closed')
    .where('kept', 'in', ['raw', 'thinned', 'summary'])
    .where('processed_at', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('started_at', '>', p.after),
        eb.and([eb('started_at', '=', p.after), eb('id', '>', p.afterId)]),
      ]),
    )
    .orderBy('started_at')
    .orderBy('id')
    .limit(p.limit),
);
const keepNothing = query((db, _: Placeholders<object>) =>
  db
    .updateTable('glove_sessions')
    .set({ kept: 'none' })
    .where('state', '=', 'closed')
    .where('samples', '>', 0)
    .where('kept', '!=', 'none'),
);

export const sessionsStore = {
  insert: (tx: Transaction, row: SessionRow) => tx.run(insertSession, row),
  update: (tx: Transaction, row: SessionRow) => tx.run(updateSession, row),
  byId: (reads: Reads, id: string) => reads.get(sessionById, { id }),
  ofGame: (reads: Reads, gameId: string) => reads.all(sessionsOfGame, { game_id: gameId }),
  ofPlayer: (reads: Reads, playerId: string) => reads.all(sessionsOfPlayer, { player_id: playerId }),
  keepNothing: (tx: Transaction) => tx.run(keepNothing, {}),
  open: (reads: Reads) => reads.all(openSessions, {}),
  withResult: (reads: Reads, after: Pick<SessionRow, 'started_at' | 'id'>, limit: number) =>
    reads.all(closedKept, { after: after.started_at, afterId: after.id, limit }),
};
