import { insertInto, type Placeholders, queriesOver, updateWhole } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type AttractionRow, attractions, type StationRow, stations } from './attractions-tables.ts';

const query = queriesOver<{ attractions: AttractionRow; stations: StationRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

const insertAttraction = insertInto(attractions);
const updateAttraction = updateWhole(attractions);
const insertStation = insertInto(stations);
const updateStation = updateWhole(stations);
const attractionById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('attractions').selectAll().where('id', '=', p.id),
);
const stationById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('stations').selectAll().where('id', '=', p.id),
);
const stationOfDevice = query((db, p: Placeholders<{ device: string }>) =>
  db.selectFrom('stations').selectAll().where('device', '=', p.device),
);

/** Every attraction, and every station, in the order they are shown: for screens, here and on the replica. */
export const allAttractions = query((db, _: Placeholders<object>) =>
  db.selectFrom('attractions').selectAll().orderBy('ticket_letter').orderBy('id'),
);
export const allStations = query((db, _: Placeholders<object>) =>
  db.selectFrom('stations').selectAll().orderBy('attraction').orderBy('name').orderBy('id'),
);

export const attractionsStore = {
  insertAttraction: (tx: Transaction, row: AttractionRow) => tx.run(insertAttraction, row),
  updateAttraction: (tx: Transaction, row: AttractionRow) => tx.run(updateAttraction, row),
  insertStation: (tx: Transaction, row: StationRow) => tx.run(insertStation, row),
  updateStation: (tx: Transaction, row: StationRow) => tx.run(updateStation, row),
  attractionById: (reads: Reads, id: string) => reads.get(attractionById, { id }),
  stationById: (reads: Reads, id: string) => reads.get(stationById, { id }),
  stationOfDevice: (reads: Reads, device: string) => reads.get(stationOfDevice, { device }),
  attractions: (reads: Reads) => reads.all(allAttractions, {}),
  stations: (reads: Reads) => reads.all(allStations, {}),
};
