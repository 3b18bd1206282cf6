import { z } from 'zod';
import { Slug } from '../../../contract/common.ts';
import {
  EventWindow,
  EventWindowInput,
  EventWindowList,
  Leaderboard,
  type LeaderboardEntry,
  LeaderboardQuery,
} from '../../../contract/leaderboards.ts';
import { toMoment } from '../../platform/clock.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { created, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { Ids } from '../../platform/ids.ts';
import type { VenueTime } from '../../platform/venue-time.ts';
import { type AttractionsModule, allAttractions } from '../attractions/index.ts';
import { displayName } from '../players/index.ts';
import { firstAround, tieRule, type Window, windowOf } from './leaderboards.ts';
import {
  allEventWindows,
  countRanked,
  eventWindowById,
  insertEventWindow,
  lineOf,
  stretchOf,
  topOf,
} from './leaderboards-store.ts';
import type { EventWindowRow } from './leaderboards-tables.ts';

type Line = NonNullable<(typeof topOf)['row']>;

export interface LeaderboardsRoutesDeps {
  attractions: Pick<AttractionsModule, 'attraction'>;
  venueTime: VenueTime;
  ids: Ids;
}

const entryView = (line: Line): LeaderboardEntry => ({
  rank: line.rank,
  player_id: line.player_id,
  game_id: line.game_id,
  name: displayName(line.player_name),
  score: line.score ?? 0,
  distance: line.distance,
  homeruns: line.homeruns,
  played_at: toMoment(line.played_at ?? 0),
});

const eventWindowView = ({ id, name, attraction, starts_at, ends_at }: EventWindowRow): EventWindow => ({
  id,
  name,
  attraction,
  starts_at: toMoment(starts_at),
  ends_at: toMoment(ends_at),
});

const isHere = async (reader: Reader, attraction: string): Promise<boolean> =>
  (await reader.all(allAttractions, {})).some(({ id }) => id === attraction);

async function linesOf(
  reader: Reader,
  attraction: string,
  window: Window,
  around: string | undefined,
  limit: number,
) {
  const span = { attraction, from: window.from, until: window.until };
  if (around === undefined) return reader.all(topOf, { ...span, limit });
  const line = await reader.get(lineOf, { ...span, player_id: around });
  return line === undefined
    ? []
    : reader.all(stretchOf, { ...span, first: firstAround(line.place, limit), limit });
}

export const leaderboardsRoutes = ({ attractions, venueTime, ids }: LeaderboardsRoutesDeps): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/leaderboards/:attraction',
    access: 'public',
    tag: 'leaderboards',
    summary: 'The best, all time, today or within an event window, by when it was played',
    params: z.object({ attraction: Slug }),
    query: LeaderboardQuery,
    replies: { 200: Leaderboard },
    async read({ params: { attraction }, query: { window: id, around, limit }, at }, reader) {
      if (!(await isHere(reader, attraction))) throw new Problem(httpProblems.not_found);
      const event = id === 'all' || id === 'today' ? undefined : await reader.get(eventWindowById, { id });
      const window = windowOf(id, attraction, event, at, venueTime);
      if (window === null) throw new Problem(httpProblems.not_found);
      const span = { attraction, from: window.from, until: window.until };
      const lines = await linesOf(reader, attraction, window, around, limit);
      return ok({
        attraction,
        window: id,
        window_name: window.name,
        starts_at: id === 'all' ? null : toMoment(window.from),
        ends_at: event === undefined ? null : toMoment(window.until),
        tie_rule: tieRule,
        players: (await reader.get(countRanked, span))?.count ?? 0,
        entries: lines.map(entryView),
      });
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/event-windows',
    access: 'public',
    tag: 'leaderboards',
    summary: 'The event windows of this venue',
    replies: { 200: EventWindowList },
    read: async (_request, reader) =>
      ok({ items: (await reader.all(allEventWindows, {})).map(eventWindowView) }),
  }),
  writeRoute({
    method: 'POST',
    path: '/api/event-windows',
    access: ['admin', 'staff'],
    tag: 'leaderboards',
    summary: 'Open an event window; games already played within it count',
    body: EventWindowInput,
    replies: { 201: EventWindow },
    write(tx, { body, at }) {
      const row: EventWindowRow = {
        id: ids.next(),
        name: body.name,
        attraction: attractions.attraction(tx, body.attraction).id,
        starts_at: Date.parse(body.starts_at),
        ends_at: Date.parse(body.ends_at),
        created_at: at,
      };
      tx.run(insertEventWindow, row);
      return created(eventWindowView(row));
    },
  }),
];
