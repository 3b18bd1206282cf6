import { z } from 'zod';
import type { Role } from '../../../contract/auth.ts';
import { Id } from '../../../contract/common.ts';
import {
  ProgressHistory,
  ProgressPending,
  ProgressReply,
  ReanalyseInput,
  ReanalyseReply,
} from '../../../contract/progress.ts';
import type { Reader, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { ok, type Reply, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import { gameById } from '../games/index.ts';
import { progressProblems } from './progress-problems.ts';
import { progressOf } from './progress-reading.ts';
import type { Behind } from './progress-service.ts';
import { analysesOfPlayer, countBehind, countBehindOf } from './progress-store.ts';
import { historyView } from './progress-view.ts';

export interface ProgressRoutesDeps {
  algorithmVersion: string;
  reanalyseLater(tx: Transaction, behind: Behind): void;
}

const about = { tag: 'progress' } as const;
const whoMayLook: readonly Role[] = ['admin', 'staff', 'player'];
const retryAfterSeconds = 2;

export const progressRoutes = ({ algorithmVersion, reanalyseLater }: ProgressRoutesDeps): Route[] => [
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/games/:id/progress',
    aliases: ['/games/:id/progress'],
    access: whoMayLook,
    summary: 'What was measured in a game, and how it stands against the player’s earlier ones',
    params: z.object({ id: Id }),
    replies: { 200: ProgressReply, 202: ProgressPending },
    async read({ params: { id }, principal }, reader) {
      const game = await reader.get(gameById, { id });
      refuseStrangers(principal, game?.player_id);
      const progress = await progressOf(reader, id);
      if (progress === null) throw new Problem(progressProblems.no_sensor_data);
      return progress.state === 'pending' ? pending(id, progress.processing_event_id) : ok(progress);
    },
  }),
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/players/:id/progress',
    access: whoMayLook,
    summary: 'A player’s games with gloves, and every metric over them',
    params: z.object({ id: Id }),
    replies: { 200: ProgressHistory },
    async read({ params: { id }, principal }, reader) {
      refuseStrangers(principal, id);
      return ok(await historyOf(reader, id));
    },
  }),
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/me/progress',
    access: ['player'],
    summary: 'My games with gloves, and every metric over them',
    replies: { 200: ProgressHistory },
    async read({ principal: { playerId } }, reader) {
      if (playerId === null) throw new Problem(httpProblems.not_found);
      return ok(await historyOf(reader, playerId));
    },
  }),
  writeRoute({
    ...about,
    method: 'POST',
    path: '/api/progress/reanalyse',
    access: ['admin', 'staff', 'service'],
    summary: 'Have games analysed anew that an older version of the algorithm has analysed',
    body: ReanalyseInput,
    replies: { 200: ReanalyseReply },
    write(tx, { body: { since, player_id = null } }) {
      const from = since === undefined ? 0 : Date.parse(since);
      const span = { algo_version: algorithmVersion, since: from };
      const counted =
        player_id === null ? tx.get(countBehind, span) : tx.get(countBehindOf, { ...span, player_id });
      reanalyseLater(tx, { since: from, player_id, after: '' });
      return ok({ algo_version: algorithmVersion, games: counted?.count ?? 0 });
    },
  }),
];

const historyOf = async (reader: Reader, playerId: string): Promise<ProgressHistory> =>
  historyView(playerId, await reader.all(analysesOfPlayer, { player_id: playerId }));

/** Staff may see anybody's, a player their own. Another player is told that there is nothing. */
function refuseStrangers({ role, playerId }: Principal, whose: string | undefined): void {
  if (whose === undefined || (role === 'player' && playerId !== whose))
    throw new Problem(httpProblems.not_found);
}

const pending = (game_id: string, processing_event_id: string): Reply => ({
  status: 202,
  body: { state: 'pending', game_id, processing_event_id, retry_after_seconds: retryAfterSeconds },
  headers: { 'retry-after': String(retryAfterSeconds) },
});
