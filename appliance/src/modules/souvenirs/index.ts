/**
 * Souvenirs: the picture of a completed game, the guest's photo on it, and the guest's own page.
 *
 * Owns `souvenirs` and the pictures in the media store. Calls games, queue (the floor), attractions, players (the
 * photo and the consent to it), replies (what a guest answers on the page). Is told what gloves measured, which is the
 * affair of a module below. Joins `game.changed`; publishes nothing.
 */
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Database } from '../../platform/database/database.ts';
import type { Events } from '../../platform/events/events.ts';
import { installFonts } from '../../platform/images/fonts.ts';
import { lowerPicturePriority } from '../../platform/images/thread-priority.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { gameChanged } from '../games/index.ts';
import type { PlayersModule } from '../players/index.ts';
import type { FloorReader } from '../queue/index.ts';
import { onItsWayPage as pageOnItsWay } from './guest-page.ts';
import { type GuestPageRoutesDeps, guestPageRoutes } from './guest-page-routes.ts';
import { photoRoutes } from './photo-routes.ts';
import { createSouvenirCounter } from './souvenir-counter.ts';
import { createSouvenirKeeper } from './souvenir-keeper.ts';
import { createSouvenirStudio, type StudioDeps } from './souvenir-studio.ts';
import { renderSouvenir, renderSouvenirJob } from './souvenirs-jobs.ts';
import { souvenirsRoutes } from './souvenirs-routes.ts';
import { tidyMedia } from './souvenirs-schedules.ts';
import { createSouvenirsService, type SouvenirsServiceDeps } from './souvenirs-service.ts';
import { souvenirs } from './souvenirs-tables.ts';

export { typedCode } from './souvenirs.ts';

export const souvenirTables = [souvenirs];

const readWordmark = () =>
  readFileSync(new URL('../../../assets/dugout-wordmark-light.svg', import.meta.url), 'utf8');

/** For a replica: the page that stands in for what has yet to come from the venue, or to get there. */
export const onItsWayPage = (what: 'page' | 'answer', siteName: string): string =>
  pageOnItsWay(what, siteName, readWordmark());

export interface SouvenirsModuleDeps
  extends Omit<SouvenirsServiceDeps, 'renderLater' | 'renderNever' | 'players'>,
    StudioDeps {
  database: Database;
  events: Events;
  jobs: Jobs;
  logger: Logger;
  players: Pick<PlayersModule, 'player' | 'consentsOf' | 'photoToShow' | 'setPhoto' | 'photos'>;
  /** In place of making pictures once more that are missing. */
  onItsWay?: (gameId: string) => Promise<void>;
  floor: FloorReader;
  replies: GuestPageRoutesDeps['replies'];
  measuredIn: GuestPageRoutesDeps['measuredIn'];
}

export function createSouvenirsModule(deps: SouvenirsModuleDeps) {
  const { database, events, jobs, logger, media, press, players, floor, replies, measuredIn, siteName } =
    deps;
  const service = createSouvenirsService({
    ...deps,
    renderLater: (tx, game_id) => jobs.reschedule(tx, renderSouvenir, { game_id }, { uniqueKey: game_id }),
    renderNever: (tx, game_id) => jobs.cancel(tx, renderSouvenir, game_id),
  });
  jobs.register(renderSouvenirJob({ souvenirs: service, studio: createSouvenirStudio(deps), database }));
  events.join(gameChanged, service.follow);

  const counter = createSouvenirCounter({
    media,
    mayShow: service.mayShow,
    missing: deps.onItsWay ?? ((gameId) => database.write((tx) => service.mend(tx, gameId))),
  });
  const keeper = createSouvenirKeeper({ souvenirs: service, players, database, media });
  const wordmark = readWordmark();
  const stopping = new AbortController();
  let checking: Promise<void> = Promise.resolve();

  return {
    routes: [
      ...souvenirsRoutes(counter),
      ...photoRoutes({ souvenirs: service, players, database, media, press }),
      ...guestPageRoutes({ counter, floor, replies, measuredIn, siteName, wordmark }),
    ],
    schedules: [tidyMedia(keeper)],

    /**
     * Gets fonts and threads ready and looks through all pictures, without anybody waiting: a venue whose fonts or
     * disk are at fault still runs its queue.
     */
    start(): void {
      checking = (async () => {
        await lowerPicturePriority();
        await installFonts(deps.fontsDirectory);
        const mended = await keeper.mendAll(stopping.signal);
        if (mended > 0) logger.warn({ mended }, 'souvenirs were not whole and are made anew');
      })().catch((error: unknown) => logger.error({ err: error }, 'souvenirs could not be got ready'));
    },

    async stop(): Promise<void> {
      stopping.abort();
      await checking;
      await press.stop();
    },
  };
}
export type SouvenirsModule = ReturnType<typeof createSouvenirsModule>;
