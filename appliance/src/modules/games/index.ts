/**
 * Games: one player's turn, from sign-up to completed, and every step of it.
 *
 * Owns `games`, `game_transitions`, `counters`. Calls devices, players and attractions. Publishes `game.changed`
 * and `game.note-changed`.
 */
import type { Events } from '../../platform/events/events.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { graceOverJob, watchGrace } from './games-jobs.ts';
import { createGamesNotes } from './games-notes-service.ts';
import { gamesRoutes } from './games-routes.ts';
import { createGamesService, type GamesServiceDeps } from './games-service.ts';
import { gamesStore } from './games-store.ts';
import { counters, games, gameTransitions } from './games-tables.ts';
import type { PageUrl } from './games-view.ts';

export {
  type GameChange,
  gameChanged,
  gameNoteChanged,
  type Interruption,
} from './games-events.ts';
export { gameProblems } from './games-problems.ts';
export { type Actor, appliance, guest } from './games-service.ts';
export {
  activeGames,
  countSince,
  type GameWithPlayer,
  gameByCode,
  gameById,
  latestGames,
  recentTurns,
} from './games-store.ts';
export type { GameRow } from './games-tables.ts';
export { gameView, type PageUrl } from './games-view.ts';

export const gameTables = [games, gameTransitions, counters];

export interface GamesModuleDeps extends GamesServiceDeps {
  events: Events;
  jobs: Jobs;
  pageUrl: PageUrl;
}

export function createGamesModule(deps: GamesModuleDeps) {
  const service = createGamesService(deps);
  const notes = createGamesNotes(deps);
  deps.jobs.register(graceOverJob(service));
  watchGrace(deps.events, deps.jobs, deps.clock);
  return {
    routes: gamesRoutes({ games: service, pageUrl: deps.pageUrl }),
    game: service.game,
    act: service.act,
    playedElsewhere: service.playedElsewhere,
    interrupt: service.interrupt,
    resume: service.resume,
    giveBack: service.giveBack,
    setNotice: notes.setNotice,
    waitUntil: notes.waitUntil,
    lastStep: service.lastStep,
    deviceAt: service.deviceAt,
    isAtRig: service.isAtRig,
    /** Who made the last `play` of a game: the rig that plays it, or the person who said so for it. */
    lastPlayer: gamesStore.lastPlayer,
    /** Games that are confirmed or playing, first confirmed first. */
    atStation: gamesStore.atStation,
    atStations: gamesStore.atStations,
    /** The id of the game that is called next, if somebody waits. */
    firstInQueue: gamesStore.firstInQueue,
    /** The first so many who wait, in the order of the queue. */
    nextInQueue: gamesStore.nextInQueue,
    gameOfPhone: service.gameOfPhone,
    setMessage: notes.setMessage,
    setRung: notes.setRung,
    setAnswer: notes.setAnswer,
  };
}
export type GamesModule = ReturnType<typeof createGamesModule>;
