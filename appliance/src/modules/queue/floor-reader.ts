import type { Clock } from '../../platform/clock.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { allAttractions, allStations } from '../attractions/index.ts';
import { allPresence } from '../devices/index.ts';
import { activeGames, recentTurns } from '../games/index.ts';
import { type Floor, floorOf } from './floor.ts';

/** How many of the last turns the pace is measured from. */
const measuredTurns = 30;
/** The floor is worked out anew at least this often, because estimates depend on the time. */
const freshForMs = 1_000;

/** Reads the floor from the database, here or on the replica. */
export async function readFloor(reader: Reader, now: number): Promise<Floor> {
  const attractions = await reader.all(allAttractions, {});
  const turns = new Map<string, number[]>();
  for (const { id } of attractions) {
    const rows = await reader.all(recentTurns, { attraction: id, limit: measuredTurns });
    turns.set(
      id,
      rows.flatMap(({ confirmed_at, played_at, completed_at }) => {
        const from = confirmed_at ?? played_at;
        return from === null || completed_at === null || completed_at < from ? [] : [completed_at - from];
      }),
    );
  }
  return floorOf({
    now,
    attractions,
    turns,
    stations: await reader.all(allStations, {}),
    presence: new Map((await reader.all(allPresence, {})).map((row) => [row.device, row.presence])),
    active: await reader.all(activeGames, {}),
  });
}

interface Reading {
  readonly version: number;
  readonly until: number;
  readonly floor: Promise<Floor>;
  readonly made: Map<string, unknown>;
}

/**
 * The floor, read once for all who ask of one reader between two changes: a hundred screens that reload at a change
 * cost one reading. `changed` is called after every commit that touches the floor, before any answer can be sent for
 * it. Where each request has a reader of its own, on the replica, each has the floor of its own moment.
 */
export function createFloorReader(clock: Clock) {
  let version = 0;
  const latest = new WeakMap<Reader, Reading>();

  function current(reader: Reader): Reading {
    const known = latest.get(reader);
    if (known !== undefined && known.version === version && clock.monotonic() < known.until) return known;
    const floor = readFloor(reader, clock.now());
    const reading = { version, until: clock.monotonic() + freshForMs, floor, made: new Map() };
    latest.set(reader, reading);
    floor.catch(() => latest.delete(reader));
    return reading;
  }

  return {
    changed(): void {
      version += 1;
    },
    version: () => version,
    floor: (reader: Reader): Promise<Floor> => current(reader).floor,
    /** What `make` makes of the floor, made once per floor and `name`. */
    async made<Made>(reader: Reader, name: string, make: (floor: Floor) => Made): Promise<Made> {
      const entry = current(reader);
      const floor = await entry.floor;
      if (!entry.made.has(name)) entry.made.set(name, make(floor));
      return entry.made.get(name) as Made;
    },
  };
}
export type FloorReader = ReturnType<typeof createFloorReader>;
