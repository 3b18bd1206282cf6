import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import { Consent, Player, PlayerInput } from '../../../contract/players.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { days } from '../../platform/http/remote.ts';
import { created, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { AuthModule } from '../auth/index.ts';
import { readPlayer } from './players-reading.ts';
import { accountOf, type PlayersService } from './players-service.ts';
import { playerView } from './players-view.ts';

const params = z.object({ id: Id });

/** Staff and tablets may see any player; a player themselves. Others are told that there is nothing. */
function refuseStrangers(principal: Principal, playerId: string): void {
  if (['admin', 'staff', 'tablet'].includes(principal.role) || principal.playerId === playerId) return;
  throw new Problem(httpProblems.not_found);
}

export interface PlayersRoutesDeps {
  players: PlayersService;
  auth: Pick<AuthModule, 'hashPassword'>;
}

export const playersRoutes = ({ players, auth }: PlayersRoutesDeps): Route[] => [
  writeRoute({
    method: 'POST',
    path: '/api/players',
    access: 'public',
    tag: 'players',
    summary: 'Sign a player up; with username and password they have an account',
    body: PlayerInput,
    replies: { 201: Player },
    async prepare({ body }) {
      const account = accountOf(body);
      return (
        account && { username: account.username, passwordHash: await auth.hashPassword(account.password) }
      );
    },
    write(tx, { body, principal }, account) {
      const row = players.addGuest(tx, body, principal.username);
      if (account !== null) players.addAccount(tx, row.id, account.username, account.passwordHash);
      return created(playerView(row, players.consentsOf(tx, row.id), account?.username ?? null));
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/players/:id',
    access: 'signed_in',
    tag: 'players',
    summary: 'One player: staff, tablets and the player themselves',
    params,
    replies: { 200: Player },
    async read({ params: { id }, principal }, reader) {
      refuseStrangers(principal, id);
      const username = principal.playerId === id ? principal.username : null;
      const player = await readPlayer(reader, id, username);
      if (player === undefined) throw new Problem(httpProblems.not_found);
      return ok(player);
    },
  }),
  writeRoute({
    method: 'PATCH',
    path: '/api/players/:id/consent',
    access: 'signed_in',
    tag: 'players',
    summary: 'Record what a player agrees to, or no longer agrees to',
    params,
    body: Consent,
    remote: { expiresAfterMs: days(7) },
    replies: { 200: Consent },
    write(tx, { params: { id }, body, principal }) {
      refuseStrangers(principal, id);
      return ok(players.changeConsent(tx, id, body, principal.username));
    },
  }),
];
