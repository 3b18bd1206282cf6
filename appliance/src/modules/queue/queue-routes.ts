import { z } from 'zod';
import { AttractionList, StationList } from '../../../contract/attractions.ts';
import type { Role } from '../../../contract/auth.ts';
import { GameReply } from '../../../contract/games.ts';
import { CallNextInput, Floor, PublicQueue, Queue, QueueQuery } from '../../../contract/queue.ts';
import { toMoment } from '../../platform/clock.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { minutes } from '../../platform/http/remote.ts';
import { ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { VenueTime } from '../../platform/venue-time.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import {
  countSince,
  type GamesModule,
  gameProblems,
  gameView,
  latestGames,
  type PageUrl,
} from '../games/index.ts';
import type { FloorReader } from './floor-reader.ts';
import { queueProblems } from './queue-problems.ts';
import { attractionViews, publicQueueView, queueView, waitingViews } from './queue-view.ts';

const staff: readonly Role[] = ['admin', 'staff'];

export interface QueueRoutesDeps {
  games: Pick<GamesModule, 'act' | 'firstInQueue'>;
  attractions: Pick<AttractionsModule, 'attraction'>;
  floor: FloorReader;
  venueTime: VenueTime;
  siteName: string;
  pageUrl: PageUrl;
  /** Numbers of other modules that staff see at the head of the floor. */
  counts: {
    messagesPending(reader: Reader): Promise<number>;
    jobsFailed(reader: Reader): Promise<number>;
    repliesOpen(reader: Reader): Promise<number>;
  };
}

/** How many of the last no-shows and results the floor shows. */
const shownOfEnded = 20;

/** What is made once for all who ask, as the bytes that are sent. */
const encoded = (view: object): Buffer => Buffer.from(JSON.stringify(view));

const json = (body: Buffer) => ({
  status: 200,
  body,
  headers: { 'content-type': 'application/json; charset=utf-8' },
});

export const queueRoutes = (deps: QueueRoutesDeps): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/queue',
    access: [...staff, 'tablet', 'rig'],
    tag: 'queue',
    summary: 'Who waits, in order, with position and wait',
    query: QueueQuery,
    replies: { 200: Queue },
    async read({ query: { attraction }, principal: { role } }, reader) {
      const name = `queue/${role === 'rig' ? 'rig' : 'staff'}/${attraction ?? ''}`;
      const make = (floor: Parameters<typeof queueView>[0]) =>
        encoded(queueView(floor, role, deps.pageUrl, attraction));
      return json(await deps.floor.made(reader, name, make));
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/public/queue',
    access: 'public',
    tag: 'queue',
    summary: 'The public board: tickets and initials',
    replies: { 200: PublicQueue },
    read: async (_request, reader) =>
      json(
        await deps.floor.made(reader, 'public', (floor) =>
          encoded(publicQueueView(floor, deps.floor.version(), deps.siteName)),
        ),
      ),
  }),
  readRoute({
    method: 'GET',
    path: '/api/attractions',
    access: 'public',
    tag: 'attractions',
    summary: 'What can be played, and how long a guest who joins now would wait',
    replies: { 200: AttractionList },
    read: async (_request, reader) => ok({ items: attractionViews(await deps.floor.floor(reader)) }),
  }),
  readRoute({
    method: 'GET',
    path: '/api/stations',
    access: [...staff, 'tablet', 'rig'],
    tag: 'stations',
    summary: 'Every station: is it there, is it in service, who plays',
    replies: { 200: StationList },
    read: async (_request, reader) => ok({ items: (await deps.floor.floor(reader)).stations }),
  }),
  readRoute({
    method: 'GET',
    path: '/api/floor',
    access: staff,
    tag: 'queue',
    summary: 'The whole floor in one answer, for the staff console',
    query: z.object({}),
    replies: { 200: Floor },
    read: (request, reader) => readWholeFloor(deps, request.principal.role, request.at, reader),
  }),
  writeRoute({
    method: 'POST',
    path: '/api/queue/call-next',
    access: staff,
    tag: 'queue',
    summary: 'Call the guest who waits longest; two callers never get the same one',
    body: CallNextInput,
    remote: { expiresAfterMs: minutes(2) },
    replies: { 200: GameReply },
    write(tx, { body: { attraction }, principal }) {
      const { id, paused } = deps.attractions.attraction(tx, attraction);
      if (paused === 1) throw new Problem(gameProblems.attraction_paused);
      const next = deps.games.firstInQueue(tx, id);
      if (next === undefined) throw new Problem(queueProblems.queue_empty);
      const { game, warnings } = deps.games.act(tx, next, 'recall', {}, principal);
      return ok({ ...gameView(game, principal.role, deps.pageUrl), warnings });
    },
  }),
];

async function readWholeFloor(deps: QueueRoutesDeps, role: string, now: number, reader: Reader) {
  const { pageUrl, counts } = deps;
  const floor = await deps.floor.floor(reader);
  const since = deps.venueTime.dayStart(now);
  const views = (games: Parameters<typeof gameView>[0][]) =>
    games.map((game) => gameView(game, role, pageUrl));
  const ended = (state: 'no_show' | 'completed') =>
    reader.all(latestGames, { state, since, limit: shownOfEnded });
  const countOf = async (state: 'no_show' | 'completed') =>
    (await reader.get(countSince, { state, since }))?.count ?? 0;
  return ok({
    at: toMoment(floor.now),
    attractions: attractionViews(floor),
    stations: floor.stations,
    waiting: waitingViews(floor, role, pageUrl),
    called: views(floor.called),
    confirmed: views(floor.confirmed),
    playing: views(floor.playing),
    held: views(floor.held),
    missed: views(await ended('no_show')),
    completed: views(await ended('completed')),
    counts: {
      served_today: await countOf('completed'),
      no_shows_today: await countOf('no_show'),
      messages_pending: await counts.messagesPending(reader),
      jobs_failed: await counts.jobsFailed(reader),
      replies_open: await counts.repliesOpen(reader),
    },
  });
}
