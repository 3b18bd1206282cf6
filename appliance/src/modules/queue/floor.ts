import type { Attraction, Station } from '../../../contract/attractions.ts';
import type { Presence } from '../../../contract/devices.ts';
import { toMomentOrNull } from '../../platform/clock.ts';
import type { AttractionRow, StationRow } from '../attractions/index.ts';
import type { GameWithPlayer } from '../games/index.ts';
import { estimateWait, type Lane, paceOf } from './wait-estimate.ts';

/** What the floor is made from: rows as they are stored. */
export interface FloorRows {
  now: number;
  attractions: readonly AttractionRow[];
  stations: readonly StationRow[];
  presence: ReadonlyMap<string, Presence>;
  /** Games between sign-up and their end, each lane in the order of its queue. */
  active: readonly GameWithPlayer[];
  /** Lengths of the last turns, by attraction, in milliseconds. */
  turns: ReadonlyMap<string, readonly number[]>;
}

export interface WaitingGame {
  game: GameWithPlayer;
  position: number;
}

/** The floor of a venue at one moment, worked out; pure. */
export interface Floor {
  now: number;
  attractions: (Attraction & { lane: Lane })[];
  stations: Station[];
  waiting: WaitingGame[];
  called: GameWithPlayer[];
  confirmed: GameWithPlayer[];
  playing: GameWithPlayer[];
  held: GameWithPlayer[];
}

/** A station without a device, or whose device has never spoken, counts as there: staff would know otherwise. */
const isThere = (station: StationRow, presence: ReadonlyMap<string, Presence>): boolean =>
  station.in_service === 1 && (station.device === null || presence.get(station.device) !== 'offline');

export function floorOf(rows: FloorRows): Floor {
  const inState = (state: GameWithPlayer['state']) => rows.active.filter((game) => game.state === state);
  const called = inState('recalled');
  const confirmed = inState('confirmed');
  const playing = inState('playing');
  const queued = inState('queued');
  const ahead = [...called, ...confirmed, ...playing];

  const attractions = rows.attractions.map((row) => {
    const lane: Lane = {
      stations: rows.stations.filter((one) => one.attraction === row.id && isThere(one, rows.presence))
        .length,
      before: ahead.filter((game) => game.attraction === row.id).length,
      pace: paceOf(rows.turns.get(row.id) ?? [], row.assumed_play_seconds * 1000),
      delayMs: Math.max(0, (row.delayed_until ?? 0) - rows.now),
    };
    const waiting = queued.filter((game) => game.attraction === row.id).length;
    return {
      id: row.id,
      name: row.name,
      paused: row.paused === 1,
      capacity: row.capacity,
      grace_seconds: row.grace_seconds,
      reconnect_seconds: row.reconnect_seconds,
      waiting,
      estimate: estimateWait(waiting + 1, lane),
      lane,
    };
  });

  const positions = new Map<string, number>();
  const waiting = queued.map((game) => {
    const position = (positions.get(game.attraction) ?? 0) + 1;
    positions.set(game.attraction, position);
    return { game, position };
  });
  const occupants = new Map([...confirmed, ...playing].map((game) => [game.station_id, game]));
  const stations = rows.stations.map((row) => {
    const game = occupants.get(row.id);
    return {
      id: row.id,
      name: row.name,
      attraction: row.attraction,
      device: row.device,
      in_service: row.in_service === 1,
      presence: row.device === null ? ('unknown' as const) : (rows.presence.get(row.device) ?? 'unknown'),
      game_id: game?.id ?? null,
      interrupted_until: toMomentOrNull(game?.interrupted_until ?? null),
      notice: game?.notice ?? null,
    };
  });
  return { now: rows.now, attractions, stations, waiting, called, confirmed, playing, held: inState('held') };
}
