import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import { StationResult } from '../../../contract/progress.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { ok, type Route, readRoute } from '../../platform/http/route.ts';
import { allStations } from '../attractions/index.ts';
import { activeGames, type GameWithPlayer, latestGames, type PageUrl } from '../games/index.ts';
import { initials } from '../players/index.ts';
import { progressOf } from './progress-reading.ts';
import { resultSummary } from './result-summary.ts';

/** A result that nobody has looked at for so long is not left on a screen. */
const shownForMs = 30 * 60_000;
/** A venue completes fewer games in that time. */
const mostGames = 500;

export const stationResultRoutes = ({ pageUrl }: { pageUrl: PageUrl }): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/stations/:id/result',
    access: ['admin', 'staff', 'tablet', 'rig', 'screen'],
    tag: 'progress',
    summary:
      'For the screen beside a seat: who plays there, then what was measured, until the next guest is there',
    params: z.object({ id: Id }),
    replies: { 200: StationResult },
    async read({ params: { id }, at }, reader) {
      const station = (await reader.all(allStations, {})).find((one) => one.id === id);
      if (station === undefined) throw new Problem(httpProblems.not_found);
      const { name, device } = station;
      const shown = await gameAt(reader, id, at);
      if (shown === undefined) return ok({ station: { id, name, device }, game: null, result: null });
      const { game, state } = shown;
      return ok({
        station: { id, name, device },
        game: {
          id: game.id,
          state,
          ticket: game.ticket,
          initials: initials(game.player_name),
          score: game.score,
          page_url: pageUrl(game.code),
        },
        result: state === 'completed' ? resultSummary(await progressOf(reader, game.id)) : null,
      });
    },
  }),
];

interface Shown {
  readonly game: GameWithPlayer;
  readonly state: 'confirmed' | 'playing' | 'completed';
}

/** Who plays, else who is about to, else who played last. */
async function gameAt(reader: Reader, stationId: string, now: number): Promise<Shown | undefined> {
  const isHere = (game: GameWithPlayer) => game.station_id === stationId;
  const active = (await reader.all(activeGames, {})).filter(isHere);
  for (const state of ['playing', 'confirmed'] as const) {
    const game = active.find((one) => one.state === state);
    if (game !== undefined) return { game, state };
  }
  const span = { state: 'completed', since: now - shownForMs, limit: mostGames } as const;
  const game = (await reader.all(latestGames, span)).find(isHere);
  return game && { game, state: 'completed' };
}
