import { type Kysely, sql } from 'kysely';
import { insertInto, type Placeholders, queriesOver, updateWhole } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { GameRow } from '../games/index.ts';
import { type AnalysisRow, analyses, type ProcessingEventRow, processingEvents } from './progress-tables.ts';

interface Tables {
  processing_events: ProcessingEventRow;
  analyses: AnalysisRow;
  games: GameRow;
}
const query = queriesOver<Tables>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertEvent = insertInto(processingEvents);
const updateEvent = updateWhole(processingEvents);
const insertAnalysis = insertInto(analyses);
const updateAnalysis = updateWhole(analyses);

const eventById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('processing_events').selectAll().where('id', '=', p.id),
);
/** The newest version first. */
export const eventsOfGame = query((db, p: Placeholders<{ game_id: string }>) =>
  db
    .selectFrom('processing_events')
    .selectAll()
    .where('game_id', '=', p.game_id)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc'),
);
const oldestPending = query((db, p: Placeholders<{ player_id: string }>) =>
  db
    .selectFrom('processing_events')
    .innerJoin('games', 'games.id', 'processing_events.game_id')
    .selectAll('processing_events')
    .where('processing_events.state', '=', 'pending')
    .where('processing_events.player_id', '=', p.player_id)
    .orderBy('games.completed_at')
    .orderBy('games.id')
    .limit(1),
);
const playersWithPending = query((db, _: Placeholders<object>) =>
  db.selectFrom('processing_events').select('player_id').where('state', '=', 'pending').distinct(),
);

/** What stands: the newest first. */
export const analysesOfGame = query((db, p: Placeholders<{ game_id: string }>) =>
  db
    .selectFrom('analyses')
    .selectAll()
    .where('game_id', '=', p.game_id)
    .orderBy('computed_at', 'desc')
    .orderBy('processing_event_id', 'desc'),
);
const analysisById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('analyses').selectAll().where('processing_event_id', '=', p.id),
);
/** Of one version, in the order of play, up to a moment. */
const analysesUpTo = query(
  (db, p: Placeholders<{ player_id: string; algo_version: string; until: number }>) =>
    db
      .selectFrom('analyses')
      .selectAll()
      .where('player_id', '=', p.player_id)
      .where('algo_version', '=', p.algo_version)
      .where('played_at', '<=', p.until)
      .orderBy('played_at')
      .orderBy('game_id'),
);
/** Of all versions, in the order of play. */
export const analysesOfPlayer = query((db, p: Placeholders<{ player_id: string }>) =>
  db
    .selectFrom('analyses')
    .selectAll()
    .where('player_id', '=', p.player_id)
    .orderBy('played_at')
    .orderBy('game_id')
    .orderBy('computed_at'),
);
interface Span {
  algo_version: string;
  since: number;
}
/** Completed games that some version of the algorithm was to analyse, and this one was not. */
const behind = (db: Kysely<Tables>, p: Placeholders<Span>) => {
  const events = () =>
    db
      .selectFrom('processing_events')
      .select('processing_events.id')
      .whereRef('processing_events.game_id', '=', sql.ref('games.id'));
  return db
    .selectFrom('games')
    .where('state', '=', 'completed')
    .where('completed_at', '>=', p.since)
    .where((eb) => eb.exists(events()))
    .where((eb) => eb.not(eb.exists(events().where('algo_version', '=', p.algo_version))));
};
const gamesBehind = query((db, p: Placeholders<Span & { after: string; limit: number }>) =>
  behind(db, p).select(['id', 'player_id']).where('id', '>', p.after).orderBy('id').limit(p.limit),
);
export const countBehind = query((db, p: Placeholders<Span>) =>
  behind(db, p).select((eb) => eb.fn.countAll<number>().as('count')),
);
export const countBehindOf = query((db, p: Placeholders<Span & { player_id: string }>) =>
  behind(db, p)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('player_id', '=', p.player_id),
);
const deleteAnalysis = query((db, p: Placeholders<{ id: string }>) =>
  db.deleteFrom('analyses').where('processing_event_id', '=', p.id),
);
const eventsOfPlayer = query((db, p: Placeholders<{ player_id: string }>) =>
  db.selectFrom('processing_events').selectAll().where('player_id', '=', p.player_id),
);

export const progressStore = {
  insertEvent: (tx: Transaction, row: ProcessingEventRow) => tx.run(insertEvent, row),
  updateEvent: (tx: Transaction, row: ProcessingEventRow) => tx.run(updateEvent, row),
  event: (reads: Reads, id: string) => reads.get(eventById, { id }),
  eventsOfGame: (reads: Reads, gameId: string) => reads.all(eventsOfGame, { game_id: gameId }),
  eventsOfPlayer: (reads: Reads, playerId: string) => reads.all(eventsOfPlayer, { player_id: playerId }),
  oldestPending: (reads: Reads, playerId: string) => reads.get(oldestPending, { player_id: playerId }),
  playersWithPending: (reads: Reads) => reads.all(playersWithPending, {}).map((row) => row.player_id),
  putAnalysis(tx: Transaction, row: AnalysisRow): void {
    if (tx.run(updateAnalysis, row) === 0) tx.run(insertAnalysis, row);
  },
  analysis: (reads: Reads, id: string) => reads.get(analysisById, { id }),
  analysesOfGame: (reads: Reads, gameId: string) => reads.all(analysesOfGame, { game_id: gameId }),
  analysesUpTo: (reads: Reads, playerId: string, algoVersion: string, until: number) =>
    reads.all(analysesUpTo, { player_id: playerId, algo_version: algoVersion, until }),
  gamesBehind: (reads: Reads, params: Span & { after: string; limit: number }) =>
    reads.all(gamesBehind, params),
  /** Answers whether there was one. */
  removeAnalysis: (tx: Transaction, id: string) => tx.run(deleteAnalysis, { id }) > 0,
};
