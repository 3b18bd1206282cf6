import { lifeEvents, type RigEventOutcome } from '../../../contract/rigs.ts';
import { insertInto, type Placeholders, type Query, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type RigEventRow, type RigLoadRow, rigEvents, rigLoads } from './rigs-tables.ts';

const query = queriesOver<{ rig_events: RigEventRow; rig_loads: RigLoadRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

interface Series {
  device: string;
  run: string;
  game_id: string;
}

interface Key {
  device: string;
  run: string;
  seq: number;
}

const insertEvent = insertInto(rigEvents);
const eventUnder = query((db, p: Placeholders<Key>) =>
  db
    .selectFrom('rig_events')
    .select(['game_id', 'type', 'data'])
    .where('device', '=', p.device)
    .where('run', '=', p.run)
    .where('seq', '=', p.seq)
    .where('code', 'is not', 'seq_used_twice'),
);
const contradictionsUnder = query((db, p: Placeholders<Key>) =>
  db
    .selectFrom('rig_events')
    .select(['game_id', 'type', 'data'])
    .where('device', '=', p.device)
    .where('run', '=', p.run)
    .where('seq', '=', p.seq)
    .where('code', '=', 'seq_used_twice'),
);
const latestOfLife = query((db, p: Placeholders<Series>) =>
  db
    .selectFrom('rig_events')
    .select('seq')
    .where('game_id', '=', p.game_id)
    .where('device', '=', p.device)
    .where('run', '=', p.run)
    .where((eb) => eb.or(lifeEvents.map((type) => eb('type', '=', type))))
    .orderBy('seq', 'desc')
    .limit(1),
);
const cuesOf = query((db, p: Placeholders<{ game_id: string }>) =>
  db
    .selectFrom('rig_events')
    .select('venue_at')
    .where('game_id', '=', p.game_id)
    .where('type', '=', 'cue')
    .where('code', 'is not', 'seq_used_twice')
    .orderBy('venue_at'),
);
const insertLoad = insertInto(rigLoads);
const loadOf = query((db, p: Placeholders<{ device: string }>) =>
  db.selectFrom('rig_loads').selectAll().where('device', '=', p.device),
);
const allLoads = query((db, _: Placeholders<object>) => db.selectFrom('rig_loads').selectAll());
const deleteLoad = query((db, p: Placeholders<{ device: string }>) =>
  db.deleteFrom('rig_loads').where('device', '=', p.device),
);

export interface EventFilter {
  game_id: string | undefined;
  device: string | undefined;
  outcome: RigEventOutcome | undefined;
}
interface PageParams {
  game_id: string;
  device: string;
  outcome: RigEventOutcome;
  before: string;
  limit: number;
}

const pages = new Map<string, Query<PageParams, RigEventRow>>();

/** Events in the order of their arrival, newest first, from before the id `before` on. */
export function eventPage(filter: EventFilter): Query<PageParams, RigEventRow> {
  const names = (['game_id', 'device', 'outcome'] as const).filter((name) => filter[name] !== undefined);
  const known = pages.get(names.join());
  if (known !== undefined) return known;
  const made = query((db, p: Placeholders<PageParams>) =>
    names.reduce(
      (statement, name) => statement.where(name, '=', p[name]),
      db.selectFrom('rig_events').selectAll().where('id', '<', p.before).orderBy('id', 'desc').limit(p.limit),
    ),
  );
  pages.set(names.join(), made);
  return made;
}

export const rigsStore = {
  insertEvent: (tx: Transaction, row: RigEventRow) => tx.run(insertEvent, row),
  /** What is taken under a number of a rig. */
  eventUnder: (reads: Reads, { device, run, seq }: Key) => reads.get(eventUnder, { device, run, seq }),
  /** What else came under it. */
  contradictionsUnder: (reads: Reads, { device, run, seq }: Key) =>
    reads.all(contradictionsUnder, { device, run, seq }),
  /** The highest `seq` of an event of this series that moves the game; -1 when there is none. */
  latestOfLife: (reads: Reads, series: Series) => reads.get(latestOfLife, series)?.seq ?? -1,
  /** When a rig showed its player something to react to, epoch milliseconds by the venue's clock. */
  cuesOf: (reads: Reads, gameId: string) => reads.all(cuesOf, { game_id: gameId }).map((row) => row.venue_at),
  putLoad: (tx: Transaction, row: RigLoadRow) => tx.run(insertLoad, row),
  loadOf: (reads: Reads, device: string) => reads.get(loadOf, { device }),
  loads: (reads: Reads) => reads.all(allLoads, {}),
  deleteLoad: (tx: Transaction, device: string) => tx.run(deleteLoad, { device }),
};
