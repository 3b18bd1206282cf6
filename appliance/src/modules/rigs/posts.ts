import type { Transaction } from '../../platform/database/transaction.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import type { DevicesModule } from '../devices/index.ts';
import type { GameRow, GamesModule } from '../games/index.ts';

export interface PostsDeps {
  devices: Pick<DevicesModule, 'rig'>;
  attractions: Pick<AttractionsModule, 'stationOfDevice'>;
  games: Pick<GamesModule, 'atStation' | 'atStations' | 'deviceAt' | 'isAtRig' | 'lastPlayer'>;
}

/** Where rigs stand, and which games are theirs. */
export function createPosts({ devices, attractions, games }: PostsDeps) {
  const { deviceAt } = games;

  return {
    deviceAt,
    isAtRig: games.isAtRig,
    /** The rig that plays, or played, a game. */
    rigOf(tx: Transaction, game: GameRow) {
      const name = game.station_id === null ? games.lastPlayer(tx, game.id) : deviceAt(tx, game.station_id);
      return name === null || name === undefined ? undefined : devices.rig(tx, name);
    },
    /** Games at the rig's station, first confirmed first. */
    atStationOf(tx: Transaction, device: string) {
      const station = attractions.stationOfDevice(tx, device);
      return station === undefined ? [] : games.atStation(tx, station.id);
    },
    /** The game that the rig plays, as far as the venue knows. */
    playedBy(tx: Transaction, device: string) {
      const station = attractions.stationOfDevice(tx, device);
      return games
        .atStations(tx)
        .find(
          ({ id, state, station_id }) =>
            state === 'playing' &&
            (station_id === null ? games.lastPlayer(tx, id) === device : station_id === station?.id),
        );
    },
  };
}
export type Posts = ReturnType<typeof createPosts>;
