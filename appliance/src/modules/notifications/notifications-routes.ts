import { Readable } from 'node:stream';
import { PlayerEventsPage, PlayerEventsQuery, PlayerSync } from '../../../contract/notifications.ts';
import { Player } from '../../../contract/players.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { ok, type Reply, type Route, type RouteRequest, readRoute } from '../../platform/http/route.ts';
import type { PageUrl } from '../games/index.ts';
import { readPlayer } from '../players/index.ts';
import { type EventStreams, streamed, streamHead } from './event-streams.ts';
import { cursorAt, firstOf, seqOf } from './notifications.ts';
import { notificationProblems } from './notifications-problems.ts';
import {
  changesBetween,
  eventsAfter,
  eventsBetween,
  newestChangeOf,
  newestEventOf,
} from './notifications-store.ts';
import { eventView } from './notifications-view.ts';
import { changedThings, type ReadProgress } from './sync-view.ts';

export interface NotificationsRoutesDeps {
  pageUrl: PageUrl;
  readProgress: ReadProgress;
  /** Null on a copy of the data, where nothing says that there is more: a stream ends, and the phone comes again. */
  streams: Pick<EventStreams, 'follow'> | null;
}

interface Position {
  readonly seq: number;
  /** The cursor was ahead of what there is, because the venue's data were put back to an earlier state. */
  readonly reset: boolean;
  /** The newest of the player's; all that is no newer can be read. */
  readonly newest: number;
}

const about = { tag: 'phones', access: ['player'] } as const;
const eventStream = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };

/** The player who asks. A user with the role and without a player is nobody here. */
function playerOf({ playerId }: Principal): string {
  if (playerId === null) throw new Problem(httpProblems.forbidden);
  return playerId;
}

async function positionOf(
  reader: Reader,
  playerId: string,
  since: string | undefined,
  { streams }: Pick<NotificationsRoutesDeps, 'streams'>,
): Promise<Position> {
  const asked = since === undefined ? 0 : seqOf(since, playerId);
  if (asked === null) throw new Problem(notificationProblems.invalid_cursor);
  if (asked === 'foreign') throw new Problem(notificationProblems.foreign_cursor);
  const newestEvent = (await reader.get(newestEventOf, { player_id: playerId }))?.seq ?? 0;
  const newestChange = (await reader.get(newestChangeOf, { player_id: playerId }))?.seq ?? 0;
  const newest = Math.max(newestEvent, newestChange);
  // A phone that was at the venue is ahead of a copy: what it has seen is still on its way here.
  if (asked <= newest || streams === null) return { seq: asked, reset: false, newest };
  return { seq: 0, reset: true, newest };
}

type Query = { since?: string | undefined; limit: number };
type Request = RouteRequest<unknown, Query, undefined>;

const wantsStream = ({ headers: { accept } }: Request): boolean =>
  typeof accept === 'string' && /\btext\/event-stream\b/u.test(accept);

async function streamOf(
  { query: { since, limit }, headers, principal }: Request,
  reader: Reader,
  { streams }: Pick<NotificationsRoutesDeps, 'streams'>,
): Promise<Reply> {
  const playerId = playerOf(principal);
  // A browser that comes again says where it stands, and asks by the address it first had.
  const last = headers['last-event-id'];
  const { seq, reset } = await positionOf(reader, playerId, typeof last === 'string' ? last : since, {
    streams,
  });
  if (streams === null) {
    const rows = await reader.all(eventsAfter, { player_id: playerId, after: seq, limit });
    return {
      status: 200,
      body: Readable.from([streamHead(playerId, reset) + rows.map(streamed).join('')]),
      headers: eventStream,
    };
  }
  const stream = streams.follow(playerId, seq, reset);
  if (stream === null)
    throw new Problem(notificationProblems.too_many_followers, undefined, { retry_after_seconds: 5 });
  return { status: 200, body: stream, headers: { ...eventStream, 'x-accel-buffering': 'no' } };
}

export const notificationsRoutes = (deps: NotificationsRoutesDeps): Route[] => [
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/me',
    summary: 'Who I am as a player',
    replies: { 200: Player },
    async read({ principal }, reader) {
      const player = await readPlayer(reader, playerOf(principal), principal.username);
      if (player === undefined) throw new Problem(httpProblems.not_found);
      return ok(player);
    },
  }),
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/me/events',
    inOrder: true,
    summary:
      'What I am told, in order, from behind the cursor; with `Accept: text/event-stream` also what comes. Reading takes nothing away',
    query: PlayerEventsQuery,
    replies: { 200: PlayerEventsPage },
    async read(request: Request, reader) {
      if (wantsStream(request)) return streamOf(request, reader, deps);
      const { since, limit } = request.query;
      const playerId = playerOf(request.principal);
      const { seq, reset } = await positionOf(reader, playerId, since, deps);
      const rows = await reader.all(eventsAfter, { player_id: playerId, after: seq, limit: limit + 1 });
      const items = rows.slice(0, limit);
      return ok({
        items: items.map(eventView),
        next_cursor: cursorAt(playerId, items.at(-1)?.seq ?? seq),
        more: rows.length > limit,
        reset,
      });
    },
  }),
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/me/sync',
    inOrder: true,
    summary: 'What of my data is new since the cursor: each thing once, as it is now, and what is deleted',
    query: PlayerEventsQuery,
    replies: { 200: PlayerSync },
    async read({ principal, query: { since, limit } }: Request, reader) {
      const playerId = playerOf(principal);
      const { seq, reset, newest } = await positionOf(reader, playerId, since, deps);
      // Two lists are read one after the other: what is committed in between belongs to the next time, in both.
      const stretch = { player_id: playerId, after: seq, upTo: newest, limit: limit + 1 };
      const changed = await reader.all(changesBetween, stretch);
      const told = await reader.all(eventsBetween, stretch);
      const { changes, events, end, more } = firstOf(changed, told, limit);
      return ok({
        ...(await changedThings(reader, principal, playerId, changes, deps)),
        events: events.map(eventView),
        next_cursor: cursorAt(playerId, end ?? seq),
        more,
        reset,
      });
    },
  }),
];
