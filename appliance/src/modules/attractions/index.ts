/**
 * Attractions: what guests queue for, and the stations where it is played.
 *
 * Owns `attractions`, `stations`. Calls no other module. Publishes `attraction.changed`, `station.changed`.
 * Its routes change settings; who waits and who plays there is the queue's to tell.
 */
import type { Database } from '../../platform/database/database.ts';
import {
  defaultGraceSeconds,
  defaultReconnectSeconds,
  firstAttractions,
  firstStations,
} from './attractions.ts';
import { attractionsRoutes } from './attractions-routes.ts';
import { type AttractionsServiceDeps, createAttractionsService } from './attractions-service.ts';
import { attractionsStore } from './attractions-store.ts';
import { attractions, stations } from './attractions-tables.ts';

export { attractionChanged, stationChanged } from './attractions-events.ts';
export { allAttractions, allStations } from './attractions-store.ts';
export type { AttractionRow, StationRow } from './attractions-tables.ts';

export const attractionTables = [attractions, stations];

export interface AttractionsModuleDeps extends AttractionsServiceDeps {
  database: Database;
}

export function createAttractionsModule(deps: AttractionsModuleDeps) {
  const { database, clock, ids } = deps;
  const service = createAttractionsService(deps);
  return {
    routes: attractionsRoutes(service),
    attraction: service.attraction,
    stationOf: service.stationOf,
    station: service.station,
    stationById: attractionsStore.stationById,
    stationOfDevice: attractionsStore.stationOfDevice,
    stations: attractionsStore.stations,

    /** Gives a new venue its attractions and one station each. */
    async start(): Promise<void> {
      if (attractionsStore.attractions(database.now).length > 0) return;
      const now = clock.now();
      await database.write((tx) => {
        for (const first of firstAttractions) {
          attractionsStore.insertAttraction(tx, {
            ...first,
            paused: 0,
            capacity: null,
            grace_seconds: defaultGraceSeconds,
            reconnect_seconds: defaultReconnectSeconds,
            delayed_until: null,
            created_at: now,
          });
        }
        for (const first of firstStations) {
          attractionsStore.insertStation(tx, { ...first, id: ids.next(), in_service: 1, created_at: now });
        }
      });
    },
  };
}
export type AttractionsModule = ReturnType<typeof createAttractionsModule>;
