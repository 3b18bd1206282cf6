/**
 * Players: people, what they agreed to, which phones want no texts, and the names under which people are shown.
 *
 * Owns `players`, `consents`, `opt_outs`. Calls auth (an account is a user). Publishes `opt-out.changed` and
 * `player.changed`.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import { createOptOutsService } from './opt-outs-service.ts';
import { photoToShow } from './photo-to-show.ts';
import { playersRoutes } from './players-routes.ts';
import { createPlayersService } from './players-service.ts';
import { playersStore } from './players-store.ts';
import { consents, optOuts, players } from './players-tables.ts';

export { maskedPhone } from './phone-numbers.ts';
export { displayName, initials } from './players.ts';
export { optOutChanged, playerChanged } from './players-events.ts';
export { playerProblems } from './players-problems.ts';
export { readPlayer } from './players-reading.ts';
export type { PlayerRow } from './players-tables.ts';

export const playerTables = [players, consents, optOuts];

export interface PlayersModuleDeps {
  clock: Clock;
  ids: Ids;
  events: Events;
  auth: Pick<AuthModule, 'addUser' | 'hashPassword'>;
  country: string;
}

export function createPlayersModule(deps: PlayersModuleDeps) {
  const service = createPlayersService(deps);
  const { optedOut, optOut, optIn } = createOptOutsService(deps);
  return {
    routes: playersRoutes({ players: service, auth: deps.auth }),
    addGuest: service.addGuest,
    player: service.player,
    consentsOf: service.consentsOf,
    photoToShow,
    /** Who last gave this number (E.164), if anybody did. */
    playerOfPhone: playersStore.newestOfPhone,
    setPhoto: service.setPhoto,
    photos: playersStore.photos,
    optedOut,
    optOut,
    optIn,
  };
}
export type PlayersModule = ReturnType<typeof createPlayersModule>;
