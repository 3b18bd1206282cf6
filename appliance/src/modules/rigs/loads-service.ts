import type { Transaction } from '../../platform/database/transaction.ts';
import type { DeviceHeard, DevicesModule } from '../devices/index.ts';
import { appliance, type GameChange } from '../games/index.ts';
import type { Posts } from './posts.ts';
import { rigsStore } from './rigs-store.ts';

/** A load stands for a state, and is withdrawn when that has changed: it need not expire before the day does. */
const loadTtlMs = 12 * 3_600_000;
/** A rig that knows no commands answers none: what it should forget must not heap up. */
const clearTtlMs = 3_600_000;

export interface LoadsServiceDeps {
  posts: Posts;
  devices: Pick<DevicesModule, 'rig' | 'ask' | 'closeCommand' | 'isCommandOpen'>;
}

/** Keeps every rig told of its next guest: the first who is confirmed at its station. */
export function createLoadsService({ posts, devices }: LoadsServiceDeps) {
  type Rig = NonNullable<ReturnType<typeof devices.rig>>;

  const clear = (tx: Transaction, rig: Rig, gameId: string) =>
    devices.ask(tx, rig, {
      name: 'clear_game',
      args: { game_id: gameId },
      ttlMs: clearTtlMs,
      by: appliance.username,
    });

  /** @param actor who brought about what has changed: a rig is not told what it did itself */
  function tell(tx: Transaction, device: string, actor: string): void {
    const rig = devices.rig(tx, device);
    const here = rig === undefined ? [] : posts.atStationOf(tx, device);
    const next = here.find(({ state }) => state === 'confirmed');
    const told = rigsStore.loadOf(tx, device);
    if (told !== undefined && told.game_id === next?.id) return;
    if (told !== undefined) {
      const isPlayed = here.some(({ id, state }) => id === told.game_id && state === 'playing');
      const isOwnStart = isPlayed && actor === device;
      const mayHaveIt = devices.closeCommand(tx, told.command_id, isOwnStart ? 'done' : 'withdrawn');
      rigsStore.deleteLoad(tx, device);
      if (mayHaveIt && !isPlayed && rig !== undefined && actor !== device) clear(tx, rig, told.game_id);
    }
    if (next === undefined || rig === undefined) return;
    const { id: game_id, ticket, attraction, player_name, party_size } = next;
    const args = { game_id, ticket, attraction, player_name, party_size };
    const command = devices.ask(tx, rig, {
      name: 'load_game',
      args,
      ttlMs: loadTtlMs,
      by: appliance.username,
    });
    rigsStore.putLoad(tx, { device, game_id, command_id: command.id });
  }

  return {
    /** Joins every step of a game. A rig that still plays what others have ended is told that it is over. */
    followGame(tx: Transaction, { actor, before, after }: GameChange): void {
      if (before?.state === 'playing' && after.state !== 'playing') {
        const rig = posts.rigOf(tx, before);
        const knows = actor === rig?.name || actor === appliance.username;
        if (rig !== undefined && !knows) clear(tx, rig, after.id);
      }
      const stations = new Set([before?.station_id ?? null, after.station_id]);
      for (const station of stations) {
        const device = posts.deviceAt(tx, station);
        if (device !== null) tell(tx, device, actor);
      }
    },
    /** Joins every change of a station: another rig may stand there now. */
    followStation(tx: Transaction, stationId: string): void {
      const devicesToTell = new Set(rigsStore.loads(tx).map(({ device }) => device));
      const now = posts.deviceAt(tx, stationId);
      if (now !== null) devicesToTell.add(now);
      for (const device of devicesToTell) tell(tx, device, '');
    },
    /** Joins what a rig says of itself. One that was away may have forgotten its next guest: it is told anew. */
    followRig(tx: Transaction, { device, presence, before }: DeviceHeard): void {
      if (presence === 'offline' || (before !== 'offline' && before !== 'unknown')) return;
      const told = rigsStore.loadOf(tx, device);
      if (told !== undefined && !devices.isCommandOpen(tx, told.command_id)) rigsStore.deleteLoad(tx, device);
      tell(tx, device, '');
    },
  };
}
export type LoadsService = ReturnType<typeof createLoadsService>;
