import { z } from 'zod';
import type { Role } from '../../../contract/auth.ts';
import { Id } from '../../../contract/common.ts';
import {
  ActionInput,
  CompleteInput,
  Game,
  type GameAction,
  GameHistory,
  GameInput,
  GamePage,
  GameQuery,
  GameReply,
  gameActions,
} from '../../../contract/games.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { days, type FromAfar, minutes, subject } from '../../platform/http/remote.ts';
import { created, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { GamesService } from './games-service.ts';
import { gameById, gamePage, gamesStore, historyOf } from './games-store.ts';
import { games as gamesTable } from './games-tables.ts';
import { gameView, historyView, lastChangeView, type PageUrl } from './games-view.ts';

const params = z.object({ id: Id });

const staff: readonly Role[] = ['admin', 'staff'];
const floor: readonly Role[] = ['admin', 'staff', 'tablet', 'rig'];

/** Who may do what: staff everything, a tablet what a guest asks for, a rig what happens at it. */
const mayAct: Readonly<Record<GameAction, readonly Role[]>> = {
  queue: [...staff, 'tablet'],
  recall: staff,
  confirm: [...staff, 'tablet'],
  play: [...staff, 'rig'],
  complete: [...staff, 'rig'],
  hold: staff,
  'no-show': staff,
  cancel: [...staff, 'tablet'],
  abort: [...staff, 'rig'],
  remind: staff,
  undo: staff,
};

/** The game as it was seen: whichever step comes in between, somebody has decided on what is no longer true. */
const about = subject(gamesTable, ['state', 'state_at', 'undoable'], (reads, id) => {
  const step = gamesStore.lastTransition(reads, id);
  return step && lastChangeView(step);
});

/** What is done on the floor makes sense for minutes; a result is true for as long as it takes. */
const onTheFloor = { expiresAfterMs: minutes(10), about };

const remote: Readonly<Record<GameAction, FromAfar>> = {
  queue: onTheFloor,
  recall: onTheFloor,
  confirm: onTheFloor,
  play: onTheFloor,
  complete: { expiresAfterMs: days(3), about },
  hold: onTheFloor,
  'no-show': onTheFloor,
  cancel: onTheFloor,
  abort: onTheFloor,
  remind: onTheFloor,
  undo: onTheFloor,
};

export interface GamesRoutesDeps {
  games: GamesService;
  pageUrl: PageUrl;
}

export const gamesRoutes = ({ games, pageUrl }: GamesRoutesDeps): Route[] => [
  writeRoute({
    method: 'POST',
    path: '/api/games',
    aliases: ['/games'],
    access: [...staff, 'tablet'],
    tag: 'games',
    summary: 'Sign a guest up for a game',
    body: GameInput,
    remote: { expiresAfterMs: minutes(15) },
    replies: { 201: Game },
    write: (tx, { body, principal }) =>
      created(gameView(games.create(tx, body, principal), principal.role, pageUrl)),
  }),
  readRoute({
    method: 'GET',
    path: '/api/games',
    aliases: ['/games'],
    access: floor,
    tag: 'games',
    summary: 'Games in the order of their creation',
    query: GameQuery,
    replies: { 200: GamePage },
    async read({ query, principal }, reader) {
      const { state, attraction, player_id, limit, cursor = '' } = query;
      const filter = { state, attraction, player_id };
      const rows = await reader.all(gamePage(filter), {
        state: state ?? 'new',
        attraction: attraction ?? '',
        player_id: player_id ?? '',
        after: cursor,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit);
      return ok({
        items: items.map((row) => gameView(row, principal.role, pageUrl)),
        next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      });
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/games/:id',
    aliases: ['/games/:id'],
    access: 'signed_in',
    tag: 'games',
    summary: 'One game: the floor, and the player themselves',
    params,
    replies: { 200: Game },
    async read({ params: { id }, principal }, reader) {
      const row = await reader.get(gameById, { id });
      const mine = principal.playerId !== null && row?.player_id === principal.playerId;
      const onFloor = floor.some((role) => role === principal.role);
      if (row === undefined || !(mine || onFloor)) throw new Problem(httpProblems.not_found);
      return ok(gameView(row, mine ? 'tablet' : principal.role, pageUrl));
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/games/:id/history',
    access: staff,
    tag: 'games',
    summary: 'Every step of a game: who, when, from, to, why',
    params,
    replies: { 200: GameHistory },
    async read({ params: { id } }, reader) {
      const rows = await reader.all(historyOf, { game_id: id });
      if (rows.length === 0) throw new Problem(httpProblems.not_found);
      return ok({ items: historyView(rows) });
    },
  }),
  ...gameActions.map((action) => actionRoute(action, { games, pageUrl })),
];

const actionRoute = (action: GameAction, { games, pageUrl }: GamesRoutesDeps): Route =>
  writeRoute<{ id: string }, unknown, ActionInput | CompleteInput>({
    method: 'POST',
    path: `/api/games/:id/${action}`,
    aliases: [`/games/:id/${action}`],
    access: mayAct[action],
    tag: 'games',
    summary: summaries[action],
    params,
    body: action === 'complete' ? CompleteInput : ActionInput,
    remote: remote[action],
    replies: { 200: GameReply },
    write(tx, { params: { id }, body, principal }) {
      const { game, warnings } = games.act(tx, id, action, body, principal);
      return ok({ ...gameView(game, principal.role, pageUrl), warnings });
    },
  });

const summaries: Readonly<Record<GameAction, string>> = {
  queue: 'Put the guest at the back of the queue',
  recall: 'Call the guest: text and board; the grace begins',
  confirm: 'The guest is here and ready; takes a station',
  play: 'The turn begins',
  complete: 'The turn is over, with its result; the souvenir is made',
  hold: 'The guest needs more time; `undo` gives the place back, `queue` a new one at the back',
  'no-show': 'The guest did not come',
  cancel: 'The guest does not want to play any more',
  abort: 'The rig stopped in the middle; the guest is ready again',
  remind: 'Call once more; the grace begins anew',
  undo: 'Take the last step back; a text that was sent stays sent, and `warnings` says so',
};
