import { insertInto, type Placeholders, queriesOver, updateWhole } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { GameRow } from '../games/index.ts';
import { type SouvenirRow, type SouvenirState, souvenirs } from './souvenirs-tables.ts';

const query = queriesOver<{ souvenirs: SouvenirRow; games: GameRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertSouvenir = insertInto(souvenirs);
const updateSouvenir = updateWhole(souvenirs);
const deleteSouvenir = query((db, p: Placeholders<{ game_id: string }>) =>
  db.deleteFrom('souvenirs').where('game_id', '=', p.game_id),
);

export const souvenirOf = query((db, p: Placeholders<{ game_id: string }>) =>
  db.selectFrom('souvenirs').selectAll().where('game_id', '=', p.game_id),
);

const souvenirsOfPlayer = query((db, p: Placeholders<{ player_id: string; now: number }>) =>
  db
    .selectFrom('souvenirs')
    .innerJoin('games', 'games.id', 'souvenirs.game_id')
    .selectAll('souvenirs')
    .where('games.player_id', '=', p.player_id)
    .where('souvenirs.expires_at', '>', p.now),
);

/** In the order of their games, from after one on. */
const souvenirsIn = query((db, p: Placeholders<{ state: SouvenirState; after: string; limit: number }>) =>
  db
    .selectFrom('souvenirs')
    .selectAll()
    .where('state', '=', p.state)
    .where('game_id', '>', p.after)
    .orderBy('game_id')
    .limit(p.limit),
);

const souvenirsPast = query((db, p: Placeholders<{ now: number; limit: number }>) =>
  db
    .selectFrom('souvenirs')
    .selectAll()
    .where('state', 'in', ['waiting', 'ready', 'failed'])
    .where('expires_at', '<=', p.now)
    .limit(p.limit),
);

export const souvenirsStore = {
  insert: (tx: Transaction, row: SouvenirRow) => tx.run(insertSouvenir, row),
  update: (tx: Transaction, row: SouvenirRow) => tx.run(updateSouvenir, row),
  remove: (tx: Transaction, gameId: string) => tx.run(deleteSouvenir, { game_id: gameId }),
  byGame: (reads: Reads, gameId: string) => reads.get(souvenirOf, { game_id: gameId }),
  ofPlayer: (reads: Reads, playerId: string, now: number) =>
    reads.all(souvenirsOfPlayer, { player_id: playerId, now }),
  ready: (reads: Reads, after: string, limit: number) =>
    reads.all(souvenirsIn, { state: 'ready', after, limit }),
  past: (reads: Reads, now: number, limit: number) => reads.all(souvenirsPast, { now, limit }),
};
