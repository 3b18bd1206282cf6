import { z } from 'zod';
import type { Role } from '../../../contract/auth.ts';
import { Id } from '../../../contract/common.ts';
import {
  SensorDataErased,
  Session,
  SessionExportQuery,
  SessionList,
  SessionQuery,
} from '../../../contract/sessions.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { days } from '../../platform/http/remote.ts';
import { ok, type Reply, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import { gameById } from '../games/index.ts';
import type { PlayersModule } from '../players/index.ts';
import { asChunks, asCsv, surveyOf } from './session-export.ts';
import { sessionsProblems } from './sessions-problems.ts';
import type { SessionsService } from './sessions-service.ts';
import { sessionById, sessionsOfGame, sessionsOfPlayer } from './sessions-store.ts';
import type { SessionRow } from './sessions-tables.ts';
import { sessionView } from './sessions-view.ts';

const params = z.object({ id: Id });
const staff: readonly Role[] = ['admin', 'staff'];

const mayKnow = (principal: Principal, playerId: string | undefined): boolean =>
  staff.some((role) => role === principal.role) ||
  (playerId !== undefined && principal.playerId === playerId);

export interface SessionsRoutesDeps {
  sessions: Pick<SessionsService, 'erase'>;
  players: Pick<PlayersModule, 'player'>;
  dataDirectory: string;
}

/** Throws `not_found` for a session that is not, or not for this caller. */
async function sessionFor(reader: Reader, principal: Principal, id: string): Promise<SessionRow> {
  const row = await reader.get(sessionById, { id });
  if (row === undefined || !mayKnow(principal, row.player_id)) throw new Problem(httpProblems.not_found);
  return row;
}

export const sessionsRoutes = ({ sessions, players, dataDirectory }: SessionsRoutesDeps): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/sessions',
    access: 'signed_in',
    tag: 'sessions',
    summary: 'The glove sessions of a game, or of a player: staff, and the player themselves',
    query: SessionQuery,
    replies: { 200: SessionList },
    async read({ query: { game_id, player_id }, principal }, reader) {
      const playerId = player_id ?? (await reader.get(gameById, { id: game_id ?? '' }))?.player_id;
      if (!mayKnow(principal, playerId)) throw new Problem(httpProblems.not_found);
      const rows =
        game_id === undefined
          ? await reader.all(sessionsOfPlayer, { player_id: playerId ?? '' })
          : await reader.all(sessionsOfGame, { game_id });
      return ok({ items: rows.map(sessionView) });
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/sessions/:id',
    access: 'signed_in',
    tag: 'sessions',
    summary: 'One glove session: staff, and the player themselves',
    params,
    replies: { 200: Session },
    async read({ params: { id }, principal }, reader) {
      return ok(sessionView(await sessionFor(reader, principal, id)));
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/sessions/:id/export',
    access: 'signed_in',
    tag: 'sessions',
    summary: 'Every sample of a session that is still there; `Damaged-Chunks` names what had to be left out',
    remote: 'venue_only',
    params,
    query: SessionExportQuery,
    replies: { 200: 'text/csv: a line per sample, or application/x-ndjson: a line per chunk' },
    async read({ params: { id }, query: { format }, principal }, reader): Promise<Reply> {
      const { kept } = await sessionFor(reader, principal, id);
      // Also of what is deleted within moments.
      if (kept === 'none') throw new Problem(sessionsProblems.recording_gone);
      const { channels, damages } = surveyOf(dataDirectory, id);
      const isCsv = format === 'csv';
      return {
        status: 200,
        body: isCsv ? asCsv(dataDirectory, id, channels) : asChunks(dataDirectory, id),
        headers: {
          'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
          'content-disposition': `attachment; filename="session-${id}.${isCsv ? 'csv' : 'ndjson'}"`,
          'cache-control': 'no-store',
          'damaged-chunks': damages.map(({ run, seq }) => `${encodeURIComponent(run)}/${seq}`).join(', '),
        },
      };
    },
  }),
  writeRoute({
    method: 'DELETE',
    path: '/api/players/:id/sensor-data',
    access: 'signed_in',
    tag: 'sessions',
    summary: 'Erase all that gloves measured of a player, and its results: staff, and the player themselves',
    params,
    // Who wants to be forgotten wants it as long as it takes.
    remote: { expiresAfterMs: days(7) },
    replies: { 200: SensorDataErased },
    write(tx, { params: { id }, principal }) {
      if (!mayKnow(principal, id)) throw new Problem(httpProblems.not_found);
      players.player(tx, id);
      return ok({ player_id: id, sessions: sessions.erase(tx, id, { results: true }) });
    },
  }),
];
