/**
 * Rigs: what they tell of their games, whom they play next, and what becomes of a game whose rig loses its power.
 *
 * Owns `rig_events`, `rig_loads`. Calls devices, attractions and games. Joins `game.changed`, `station.changed` and
 * `device.heard`; publishes `rig.contradicted`.
 */
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { type AttractionsModule, stationChanged } from '../attractions/index.ts';
import { type DevicesModule, deviceHeard } from '../devices/index.ts';
import { type GamesModule, gameChanged } from '../games/index.ts';
import { createEventAllowance } from './event-allowance.ts';
import { createInterruptionsService, type InterruptionsServiceDeps } from './interruptions-service.ts';
import { createLoadsService } from './loads-service.ts';
import { createPosts } from './posts.ts';
import { rigContradicted } from './rigs-events.ts';
import { interruptionJobs, interruptionWaits } from './rigs-jobs.ts';
import { rigsRoutes } from './rigs-routes.ts';
import { createRigsService, type RigsServiceDeps } from './rigs-service.ts';
import { rigsStore } from './rigs-store.ts';
import { rigEvents, rigLoads } from './rigs-tables.ts';
import { rigsTopics } from './rigs-topics.ts';

export const rigTables = [rigEvents, rigLoads];

type Given = 'posts' | 'allowance' | 'devices' | 'attractions' | 'games';
type Waits = 'giveUpLater' | 'giveUpNever' | 'lookLater';

export interface RigsModuleDeps
  extends Omit<RigsServiceDeps, Given>,
    Omit<InterruptionsServiceDeps, Given | Waits> {
  jobs: Jobs;
  live: Pick<LiveFeed, 'changed'>;
  devices: DevicesModule;
  attractions: AttractionsModule;
  games: GamesModule;
}

export function createRigsModule(deps: RigsModuleDeps) {
  const { database, clock, events, jobs, live } = deps;
  const posts = createPosts(deps);
  const rigs = createRigsService({ ...deps, posts, allowance: createEventAllowance(clock) });
  const loads = createLoadsService({ ...deps, posts });
  const interruptions = createInterruptionsService({ ...deps, ...interruptionWaits(jobs), posts });
  for (const job of interruptionJobs(interruptions)) jobs.register(job);
  events.join(gameChanged, (tx, change) => {
    interruptions.followGame(tx, change);
    loads.followGame(tx, change);
  });
  events.join(stationChanged, (tx, { station_id }) => loads.followStation(tx, station_id));
  events.join(deviceHeard, (tx, heard) => {
    interruptions.followRig(tx, heard);
    rigs.followRig(tx, heard);
    loads.followRig(tx, heard);
  });
  events.listen(rigContradicted, () => {
    live.changed('queue');
    live.changed('devices');
  });
  return {
    routes: rigsRoutes(),
    topics: rigsTopics(rigs),
    cuesOf: rigsStore.cuesOf,
    /** After the devices are known to be away, and before any job runs. */
    start: (): Promise<void> => database.write(interruptions.extend),
  };
}
export type RigsModule = ReturnType<typeof createRigsModule>;
