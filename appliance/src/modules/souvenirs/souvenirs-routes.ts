import { z } from 'zod';
import type { Role } from '../../../contract/auth.ts';
import { Id } from '../../../contract/common.ts';
import { SouvenirPending, SouvenirQuery } from '../../../contract/souvenirs.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { type Route, readRoute } from '../../platform/http/route.ts';
import { gameById } from '../games/index.ts';
import type { SouvenirCounter } from './souvenir-counter.ts';
import { souvenirOf } from './souvenirs-store.ts';

const floor: readonly Role[] = ['admin', 'staff', 'tablet', 'rig'];

export const souvenirsRoutes = (counter: SouvenirCounter): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/games/:id/souvenir',
    aliases: ['/games/:id/souvenir'],
    access: 'signed_in',
    tag: 'souvenirs',
    summary: 'The souvenir of a completed game: the floor, and the player themselves',
    params: z.object({ id: Id }),
    query: SouvenirQuery,
    replies: {
      200: 'image/jpeg or image/webp',
      202: SouvenirPending,
      304: 'the caller has it',
      404: 'no such game, or not completed',
      410: 'its time is over',
    },
    async read({ params: { id }, query: { output }, principal, at, headers }, reader) {
      const game = await reader.get(gameById, { id });
      const mine = principal.playerId !== null && game?.player_id === principal.playerId;
      if (game === undefined || !(mine || floor.some((role) => role === principal.role)))
        throw new Problem(httpProblems.not_found);
      const souvenir = await reader.get(souvenirOf, { game_id: id });
      return counter.handOut(reader, { game, souvenir, output, at, known: headers['if-none-match'] });
    },
  }),
];
