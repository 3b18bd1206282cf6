import type { z } from 'zod';
import type { AttractionChange, StationChange, StationInput } from '../../../contract/attractions.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import { attractionChanged, stationChanged } from './attractions-events.ts';
import { attractionProblems } from './attractions-problems.ts';
import { attractionsStore } from './attractions-store.ts';
import type { AttractionRow, StationRow } from './attractions-tables.ts';

type Reads = Pick<Statements, 'all' | 'get'>;

export interface AttractionsServiceDeps {
  clock: Clock;
  ids: Ids;
  events: Events;
}

export function createAttractionsService({ clock, ids, events }: AttractionsServiceDeps) {
  function attraction(reads: Reads, id: string): AttractionRow {
    const row = attractionsStore.attractionById(reads, id);
    if (row === undefined)
      throw new Problem(attractionProblems.unknown_attraction, undefined, { attraction: id });
    return row;
  }
  function saveAttraction(tx: Transaction, row: AttractionRow): AttractionRow {
    attractionsStore.updateAttraction(tx, row);
    events.publish(tx, attractionChanged, { attraction: row.id });
    return row;
  }
  function station(reads: Reads, id: string): StationRow {
    const row = attractionsStore.stationById(reads, id);
    if (row === undefined) throw new Problem(attractionProblems.unknown_station);
    return row;
  }
  function refuseSecondStation(tx: Transaction, device: string | null, except: string | null): void {
    const other = device === null ? undefined : attractionsStore.stationOfDevice(tx, device);
    if (other !== undefined && other.id !== except) {
      throw new Problem(attractionProblems.device_has_station, undefined, { station: other.name });
    }
  }

  return {
    attraction,
    /** Of whichever attraction; throws `unknown_station`. */
    station,
    /** The station, if it belongs to the attraction; throws `unknown_station` otherwise. */
    stationOf(reads: Reads, stationId: string, attractionId: string): StationRow {
      const row = station(reads, stationId);
      if (row.attraction !== attractionId) throw new Problem(attractionProblems.unknown_station);
      return row;
    },
    changeAttraction(tx: Transaction, id: string, change: z.infer<typeof AttractionChange>): AttractionRow {
      const row = attraction(tx, id);
      return saveAttraction(tx, {
        ...row,
        paused: change.paused === undefined ? row.paused : change.paused ? 1 : 0,
        capacity: change.capacity === undefined ? row.capacity : change.capacity,
        grace_seconds: change.grace_seconds ?? row.grace_seconds,
        reconnect_seconds: change.reconnect_seconds ?? row.reconnect_seconds,
      });
    },
    /** Pushes everybody's expected call back by `minutes`; called twice, it adds up. */
    delay(tx: Transaction, id: string, minutes: number): AttractionRow & { delayed_until: number } {
      const row = attraction(tx, id);
      const from = Math.max(row.delayed_until ?? 0, clock.now());
      const delayed = { ...row, delayed_until: from + minutes * 60_000 };
      saveAttraction(tx, delayed);
      return delayed;
    },
    addStation(tx: Transaction, input: z.infer<typeof StationInput>): StationRow {
      const row: StationRow = {
        id: ids.next(),
        name: input.name,
        attraction: attraction(tx, input.attraction).id,
        device: input.device ?? null,
        in_service: 1,
        created_at: clock.now(),
      };
      refuseSecondStation(tx, row.device, null);
      attractionsStore.insertStation(tx, row);
      events.publish(tx, stationChanged, { station_id: row.id, attraction: row.attraction });
      return row;
    },
    changeStation(tx: Transaction, id: string, change: z.infer<typeof StationChange>): StationRow {
      const row = station(tx, id);
      const changed: StationRow = {
        ...row,
        name: change.name ?? row.name,
        device: change.device === undefined ? row.device : change.device,
        in_service: change.in_service === undefined ? row.in_service : change.in_service ? 1 : 0,
      };
      refuseSecondStation(tx, changed.device, id);
      attractionsStore.updateStation(tx, changed);
      events.publish(tx, stationChanged, { station_id: id, attraction: row.attraction });
      return changed;
    },
  };
}
export type AttractionsService = ReturnType<typeof createAttractionsService>;
