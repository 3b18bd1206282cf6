/**
 * Players: people, what they agreed to, and the names under which they are shown.
 *
 * Owns `players`, `consents`. Calls auth (an account is a user). Publishes nothing.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import { playersRoutes } from './players-routes.ts';
import { createPlayersService } from './players-service.ts';
import { playersStore } from './players-store.ts';
import { consents, players } from './players-tables.ts';

export { maskedPhone } from './phone-numbers.ts';
export { displayName, initials } from './players.ts';
export { playerProblems } from './players-problems.ts';
export type { PlayerRow } from './players-tables.ts';

export const playerTables = [players, consents];

export interface PlayersModuleDeps {
  clock: Clock;
  ids: Ids;
  auth: Pick<AuthModule, 'addUser' | 'hashPassword'>;
  country: string;
}

export function createPlayersModule(deps: PlayersModuleDeps) {
  const service = createPlayersService(deps);
  return {
    routes: playersRoutes({ players: service, auth: deps.auth }),
    addGuest: service.addGuest,
    player: service.player,
    consentsOf: service.consentsOf,
    setPhoto: service.setPhoto,
    photos: playersStore.photos,
  };
}
export type PlayersModule = ReturnType<typeof createPlayersModule>;
