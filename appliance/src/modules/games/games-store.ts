import type { GameState, GuestAnswer } from '../../../contract/games.ts';
import {
  insertInto,
  type Placeholders,
  type Query,
  queriesOver,
  updateColumns,
} from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { PlayerRow } from '../players/index.ts';
import { stepFields } from './games.ts';
import {
  type CounterRow,
  type GameRow,
  type GameTransitionRow,
  games,
  gameTransitions,
} from './games-tables.ts';

const query = queriesOver<{
  games: GameRow;
  game_transitions: GameTransitionRow;
  counters: CounterRow;
  players: PlayerRow;
}>();
type Reads = Pick<Statements, 'all' | 'get'>;

/** A game with what its row shows of the player. */
export interface GameWithPlayer extends GameRow {
  player_name: string;
  player_phone: string | null;
  player_email: string | null;
  player_photo: string | null;
}

type RungNote = Pick<GameRow, 'rung' | 'rung_reason' | 'rung_at' | 'call_number'>;

const insertGame = insertInto(games);
const updateStep = updateColumns(games, [...stepFields, 'interrupted_until', 'notice', 'undoable']);
const updateNotice = updateColumns(games, ['interrupted_until', 'notice']);
const insertTransition = insertInto(gameTransitions);

const playerColumns = [
  'players.name as player_name',
  'players.phone as player_phone',
  'players.email as player_email',
  'players.photo as player_photo',
] as const;

export const gameById = query((db, p: Placeholders<{ id: string }>) =>
  db
    .selectFrom('games')
    .innerJoin('players', 'players.id', 'games.player_id')
    .selectAll('games')
    .select(playerColumns)
    .where('games.id', '=', p.id),
);
export const gameByCode = query((db, p: Placeholders<{ code: string }>) =>
  db
    .selectFrom('games')
    .innerJoin('players', 'players.id', 'games.player_id')
    .selectAll('games')
    .select(playerColumns)
    .where('games.code', '=', p.code),
);

export interface GameFilter {
  state: GameState | undefined;
  attraction: string | undefined;
  player_id: string | undefined;
}
interface PageParams {
  state: GameState;
  attraction: string;
  player_id: string;
  after: string;
  limit: number;
}

const pages = new Map<string, Query<PageParams, GameWithPlayer>>();

/** Games in the order of their creation, from after the id `after` on; one compiled query per set of filters. */
export function gamePage(filter: GameFilter): Query<PageParams, GameWithPlayer> {
  const names = (['state', 'attraction', 'player_id'] as const).filter((name) => filter[name] !== undefined);
  const known = pages.get(names.join());
  if (known !== undefined) return known;
  const made = query((db, p: Placeholders<PageParams>) =>
    names.reduce(
      (statement, name) => statement.where(`games.${name}`, '=', p[name]),
      db
        .selectFrom('games')
        .innerJoin('players', 'players.id', 'games.player_id')
        .selectAll('games')
        .select(playerColumns)
        .where('games.id', '>', p.after)
        .orderBy('games.id')
        .limit(p.limit),
    ),
  );
  pages.set(names.join(), made);
  return made;
}

/** Games that are on the floor: between sign-up and their end. */
export const activeGames = query((db, _: Placeholders<object>) =>
  db
    .selectFrom('games')
    .innerJoin('players', 'players.id', 'games.player_id')
    .selectAll('games')
    .select(playerColumns)
    .where('games.state', 'in', ['queued', 'recalled', 'confirmed', 'playing', 'held'])
    .orderBy('games.attraction')
    .orderBy('games.place', (order) => order.asc().nullsFirst())
    .orderBy('games.id'),
);

/** The last games that entered a state since a moment, newest first. */
export const latestGames = query((db, p: Placeholders<{ state: GameState; since: number; limit: number }>) =>
  db
    .selectFrom('games')
    .innerJoin('players', 'players.id', 'games.player_id')
    .selectAll('games')
    .select(playerColumns)
    .where('games.state', '=', p.state)
    .where('games.state_at', '>=', p.since)
    .orderBy('games.state_at', 'desc')
    .orderBy('games.id', 'desc')
    .limit(p.limit),
);

export const countSince = query((db, p: Placeholders<{ state: GameState; since: number }>) =>
  db
    .selectFrom('games')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', p.state)
    .where('state_at', '>=', p.since),
);

export const historyOf = query((db, p: Placeholders<{ game_id: string }>) =>
  db.selectFrom('game_transitions').selectAll().where('game_id', '=', p.game_id).orderBy('id'),
);

const lastTransition = query((db, p: Placeholders<{ game_id: string }>) =>
  db
    .selectFrom('game_transitions')
    .select(['actor', 'action', 'at'])
    .where('game_id', '=', p.game_id)
    .orderBy('id', 'desc')
    .limit(1),
);
const transitionById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('game_transitions').selectAll().where('id', '=', p.id),
);
const countQueued = query((db, p: Placeholders<{ attraction: string }>) =>
  db
    .selectFrom('games')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('attraction', '=', p.attraction)
    .where('state', '=', 'queued'),
);
const firstInQueue = query((db, p: Placeholders<{ attraction: string }>) =>
  db
    .selectFrom('games')
    .select('id')
    .where('attraction', '=', p.attraction)
    .where('state', '=', 'queued')
    .orderBy('place')
    .limit(1),
);
const nextInQueue = query((db, p: Placeholders<{ attraction: string; limit: number }>) =>
  db
    .selectFrom('games')
    .selectAll()
    .where('attraction', '=', p.attraction)
    .where('state', '=', 'queued')
    .orderBy('place')
    .limit(p.limit),
);
const stationsTaken = query((db, p: Placeholders<{ attraction: string }>) =>
  db
    .selectFrom('games')
    .select('station_id')
    .where('attraction', '=', p.attraction)
    .where('state', 'in', ['confirmed', 'playing'])
    .where('station_id', 'is not', null),
);
const lastPlay = query((db, p: Placeholders<{ game_id: string }>) =>
  db
    .selectFrom('game_transitions')
    .select('actor')
    .where('game_id', '=', p.game_id)
    .where('action', '=', 'play')
    .orderBy('id', 'desc')
    .limit(1),
);
/** Games that hold a station or are to have one: those a rig plays or is going to, first confirmed first. */
const gamesAtStation = query((db, p: Placeholders<{ station_id: string }>) =>
  db
    .selectFrom('games')
    .innerJoin('players', 'players.id', 'games.player_id')
    .selectAll('games')
    .select(playerColumns)
    .where('games.state', 'in', ['confirmed', 'playing'])
    .where('games.station_id', '=', p.station_id)
    .orderBy('games.confirmed_at')
    .orderBy('games.id'),
);
const gamesAtStations = query((db, _: Placeholders<object>) =>
  db
    .selectFrom('games')
    .innerJoin('players', 'players.id', 'games.player_id')
    .selectAll('games')
    .select(playerColumns)
    .where('games.state', 'in', ['confirmed', 'playing'])
    .orderBy('games.confirmed_at')
    .orderBy('games.id'),
);
const nextValue = query((db, p: Placeholders<{ name: string }>) =>
  db
    .insertInto('counters')
    .values({ name: p.name, value: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ value: eb('counters.value', '+', 1) })),
    )
    .returning('value'),
);
const setMessage = query(
  (db, p: Placeholders<{ id: string; kind: string; state: string; reason: string | null }>) =>
    db
      .updateTable('games')
      .set({ message_kind: p.kind, message_state: p.state, message_reason: p.reason })
      .where('id', '=', p.id),
);

const setRung = query((db, p: Placeholders<RungNote & { id: string }>) =>
  db
    .updateTable('games')
    .set({ rung: p.rung, rung_reason: p.rung_reason, rung_at: p.rung_at, call_number: p.call_number })
    .where('id', '=', p.id),
);
const setAnswer = query((db, p: Placeholders<{ id: string; answer: GuestAnswer; answered_at: number }>) =>
  db.updateTable('games').set({ answer: p.answer, answered_at: p.answered_at }).where('id', '=', p.id),
);
/** Those that are on the floor, and those whose guest did not come since `missed_since`; newest first. */
const gamesOfPhone = query((db, p: Placeholders<{ phone: string; missed_since: number }>) =>
  db
    .selectFrom('players')
    .innerJoin('games', 'games.player_id', 'players.id')
    .selectAll('games')
    .where('players.phone', '=', p.phone)
    .where((eb) =>
      eb.or([
        eb('games.state', 'in', ['queued', 'recalled', 'confirmed', 'playing', 'held']),
        eb.and([eb('games.state', '=', 'no_show'), eb('games.state_at', '>=', p.missed_since)]),
      ]),
    )
    .orderBy('games.id', 'desc'),
);

/** When the last turns began and ended, newest first: what the wait estimate is measured from. */
export const recentTurns = query((db, p: Placeholders<{ attraction: string; limit: number }>) =>
  db
    .selectFrom('games')
    .select(['confirmed_at', 'played_at', 'completed_at'])
    .where('attraction', '=', p.attraction)
    .where('state', '=', 'completed')
    .orderBy('state_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const gamesStore = {
  insertGame: (tx: Transaction, row: GameRow) => tx.run(insertGame, row),
  updateStep: (tx: Transaction, row: GameRow) => tx.run(updateStep, row),
  updateNotice: (tx: Transaction, row: GameRow) => tx.run(updateNotice, row),
  insertTransition: (tx: Transaction, row: GameTransitionRow) => tx.run(insertTransition, row),
  gameById: (reads: Reads, id: string) => reads.get(gameById, { id }),
  lastTransition: (reads: Reads, gameId: string) => reads.get(lastTransition, { game_id: gameId }),
  transitionById: (reads: Reads, id: string) => reads.get(transitionById, { id }),
  countQueued: (reads: Reads, attraction: string) => reads.get(countQueued, { attraction })?.count ?? 0,
  firstInQueue: (reads: Reads, attraction: string) => reads.get(firstInQueue, { attraction })?.id,
  nextInQueue: (reads: Reads, attraction: string, limit: number) =>
    reads.all(nextInQueue, { attraction, limit }),
  stationsTaken: (reads: Reads, attraction: string) =>
    new Set(reads.all(stationsTaken, { attraction }).map((row) => row.station_id)),
  lastPlayer: (reads: Reads, gameId: string) => reads.get(lastPlay, { game_id: gameId })?.actor,
  atStation: (reads: Reads, stationId: string) => reads.all(gamesAtStation, { station_id: stationId }),
  atStations: (reads: Reads) => reads.all(gamesAtStations, {}),
  nextValue: (tx: Transaction, name: string) => tx.get(nextValue, { name })?.value ?? 1,
  setMessage: (
    tx: Transaction,
    id: string,
    message: { kind: string; state: string; reason: string | null },
  ) => tx.run(setMessage, { id, ...message }),
  setRung: (tx: Transaction, id: string, note: RungNote) => tx.run(setRung, { id, ...note }),
  setAnswer: (tx: Transaction, id: string, answer: GuestAnswer, answeredAt: number) =>
    tx.run(setAnswer, { id, answer, answered_at: answeredAt }),
  ofPhone: (reads: Reads, phone: string, missedSince: number) =>
    reads.all(gamesOfPhone, { phone, missed_since: missedSince }),
};
