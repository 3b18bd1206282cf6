import { type Kysely, sql } from 'kysely';
import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { GameRow } from '../games/index.ts';
import type { PlayerRow } from '../players/index.ts';
import { type EventWindowRow, eventWindows } from './leaderboards-tables.ts';

interface Tables {
  games: GameRow;
  players: PlayerRow;
  event_windows: EventWindowRow;
}
const query = queriesOver<Tables>();

export const insertEventWindow = insertInto(eventWindows);
export const eventWindowById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('event_windows').selectAll().where('id', '=', p.id),
);
export const allEventWindows = query((db, _: Placeholders<object>) =>
  db.selectFrom('event_windows').selectAll().orderBy('starts_at').orderBy('id'),
);

interface Span {
  attraction: string;
  /** Epoch milliseconds of play; the start is in, the end is out. */
  from: number;
  until: number;
}

/**
 * Everybody's best game in the span, ranked. Who is first: the higher score, then who played it first. Equal scores
 * share a rank, and the next rank is skipped (1, 2, 2, 4); `place` counts on.
 */
const ranked = (db: Kysely<Tables>, p: Placeholders<Span>) =>
  db
    .with('best', (with_) =>
      with_
        .selectFrom('games')
        .select(['id', 'player_id', 'score', 'distance', 'homeruns', 'played_at'])
        .select(
          sql<number>`row_number() over (partition by player_id order by score desc nulls last, played_at, id)`.as(
            'attempt',
          ),
        )
        .where('attraction', '=', p.attraction)
        .where('state', '=', 'completed')
        .where('played_at', '>=', p.from)
        .where('played_at', '<', p.until),
    )
    .with('ranking', (with_) =>
      with_
        .selectFrom('best')
        .selectAll()
        .select(sql<number>`rank() over (order by score desc nulls last)`.as('rank'))
        .select(sql<number>`row_number() over (order by score desc nulls last, played_at, id)`.as('place'))
        .where('attempt', '=', 1),
    )
    .selectFrom('ranking')
    .innerJoin('players', 'players.id', 'ranking.player_id')
    .select([
      'ranking.id as game_id',
      'ranking.player_id',
      'ranking.score',
      'ranking.distance',
      'ranking.homeruns',
      'ranking.played_at',
      'ranking.rank',
      'ranking.place',
      'players.name as player_name',
    ])
    .orderBy('ranking.place');

/** The best of the span. */
export const topOf = query((db, p: Placeholders<Span & { limit: number }>) => ranked(db, p).limit(p.limit));

/** A stretch of the ranking, by place. */
export const stretchOf = query((db, p: Placeholders<Span & { first: number; limit: number }>) =>
  ranked(db, p).where('ranking.place', '>=', p.first).limit(p.limit),
);

/** One player's line. */
export const lineOf = query((db, p: Placeholders<Span & { player_id: string }>) =>
  ranked(db, p).where('ranking.player_id', '=', p.player_id),
);

export const countRanked = query((db, p: Placeholders<Span>) =>
  db
    .selectFrom('games')
    .select((eb) => eb.fn.count<number>('player_id').distinct().as('count'))
    .where('attraction', '=', p.attraction)
    .where('state', '=', 'completed')
    .where('played_at', '>=', p.from)
    .where('played_at', '<', p.until),
);
