import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type ConsentRow, consents, type PlayerRow, players } from './players-tables.ts';

const query = queriesOver<{ players: PlayerRow; consents: ConsentRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertPlayer = insertInto(players);
const insertConsent = insertInto(consents);

export const playerById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('players').selectAll().where('id', '=', p.id),
);
/** The last one who gave this number: phones are lent and handed on. */
const newestOfPhone = query((db, p: Placeholders<{ phone: string }>) =>
  db.selectFrom('players').selectAll().where('phone', '=', p.phone).orderBy('id', 'desc').limit(1),
);
/** In the order they were given: the last one of a kind counts. */
export const consentsOf = query((db, p: Placeholders<{ player_id: string }>) =>
  db.selectFrom('consents').selectAll().where('player_id', '=', p.player_id).orderBy('id'),
);
const setPhoto = query((db, p: Placeholders<{ id: string; photo: string | null }>) =>
  db.updateTable('players').set({ photo: p.photo }).where('id', '=', p.id),
);
const playersWithPhoto = query((db, _: Placeholders<object>) =>
  db.selectFrom('players').select('photo').where('photo', 'is not', null),
);

export const playersStore = {
  insertPlayer: (tx: Transaction, row: PlayerRow) => tx.run(insertPlayer, row),
  insertConsent: (tx: Transaction, row: ConsentRow) => tx.run(insertConsent, row),
  playerById: (reads: Reads, id: string) => reads.get(playerById, { id }),
  newestOfPhone: (reads: Reads, phone: string) => reads.get(newestOfPhone, { phone }),
  consentsOf: (reads: Reads, playerId: string) => reads.all(consentsOf, { player_id: playerId }),
  setPhoto: (tx: Transaction, id: string, photo: string | null) => tx.run(setPhoto, { id, photo }),
  photos: (reads: Reads) => reads.all(playersWithPhoto, {}).flatMap(({ photo }) => photo ?? []),
};
