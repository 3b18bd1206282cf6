import { insertInto, type Placeholders, queriesOver, updateWhole } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type GloveCalibrationRow, type GloveRow, gloveCalibrations, gloves } from './gloves-tables.ts';

const query = queriesOver<{ gloves: GloveRow; glove_calibrations: GloveCalibrationRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertGlove = insertInto(gloves);
const updateGlove = updateWhole(gloves);
const seen = query((db, p: Placeholders<{ name: string; seen_at: number }>) =>
  db.updateTable('gloves').set({ seen_at: p.seen_at }).where('name', '=', p.name),
);
const glovesAtStation = query((db, p: Placeholders<{ station_id: string }>) =>
  db.selectFrom('gloves').selectAll().where('station_id', '=', p.station_id).orderBy('name'),
);
const insertCalibration = insertInto(gloveCalibrations);
const updateCalibration = updateWhole(gloveCalibrations);
const newestOfPlayer = query((db, p: Placeholders<{ glove: string; player_id: string }>) =>
  db
    .selectFrom('glove_calibrations')
    .selectAll()
    .where('glove', '=', p.glove)
    .where('player_id', '=', p.player_id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);
const newestOfAnybody = query((db, p: Placeholders<{ glove: string }>) =>
  db
    .selectFrom('glove_calibrations')
    .selectAll()
    .where('glove', '=', p.glove)
    .where('player_id', 'is', null)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);
const calibrationById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('glove_calibrations').selectAll().where('id', '=', p.id),
);

export const allGloves = query((db, _: Placeholders<object>) =>
  db.selectFrom('gloves').selectAll().orderBy('name'),
);
export const gloveByName = query((db, p: Placeholders<{ name: string }>) =>
  db.selectFrom('gloves').selectAll().where('name', '=', p.name),
);
/** Newest first. */
export const calibrationsOf = query((db, p: Placeholders<{ glove: string; limit: number }>) =>
  db
    .selectFrom('glove_calibrations')
    .selectAll()
    .where('glove', '=', p.glove)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const glovesStore = {
  gloves: (reads: Reads) => reads.all(allGloves, {}),
  byName: (reads: Reads, name: string) => reads.get(gloveByName, { name }),
  atStation: (reads: Reads, stationId: string) => reads.all(glovesAtStation, { station_id: stationId }),
  insert: (tx: Transaction, row: GloveRow) => tx.run(insertGlove, row),
  update: (tx: Transaction, row: GloveRow) => tx.run(updateGlove, row),
  seen: (tx: Transaction, name: string, at: number) => tx.run(seen, { name, seen_at: at }),
};

const deleteCalibrationsOf = query((db, p: Placeholders<{ player_id: string }>) =>
  db.deleteFrom('glove_calibrations').where('player_id', '=', p.player_id),
);

export const calibrationsStore = {
  deleteOf: (tx: Transaction, playerId: string) => tx.run(deleteCalibrationsOf, { player_id: playerId }),
  insert: (tx: Transaction, row: GloveCalibrationRow) => tx.run(insertCalibration, row),
  update: (tx: Transaction, row: GloveCalibrationRow) => tx.run(updateCalibration, row),
  byId: (reads: Reads, id: string) => reads.get(calibrationById, { id }),
  ofGlove: (reads: Reads, glove: string, limit: number) => reads.all(calibrationsOf, { glove, limit }),
  /** The newest that this player made with the glove; without a player, the newest of whoever wears it. */
  newest: (reads: Reads, glove: string, playerId: string | null) =>
    playerId === null
      ? reads.get(newestOfAnybody, { glove })
      : reads.get(newestOfPlayer, { glove, player_id: playerId }),
};
