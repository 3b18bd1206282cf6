import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import type { DeviceHeard, DevicesModule } from '../devices/index.ts';
import { type GameRow, type GamesModule, gameById } from '../games/index.ts';
import type { Posts } from './posts.ts';
import { possession } from './rigs.ts';

/** After the appliance's own start rigs have this long to come back before anybody misses them. */
const startGraceMs = 15_000;
/** A rig that came back without the game has this long to bring the result of it. */
const settleMs = 5_000;

export interface InterruptionsServiceDeps {
  clock: Clock;
  posts: Posts;
  devices: Pick<DevicesModule, 'rig' | 'presenceOf'>;
  attractions: Pick<AttractionsModule, 'attraction'>;
  games: Pick<GamesModule, 'interrupt' | 'resume' | 'giveBack' | 'waitUntil' | 'lastPlayer' | 'atStations'>;
  /** Ends the wait for the game's rig after `delayMs`, in the same transaction; asked again, the last counts. */
  giveUpLater(tx: Transaction, gameId: string, delayMs: number): void;
  giveUpNever(tx: Transaction, gameId: string): void;
  /** Looks after `delayMs` whether the rig is back. */
  lookLater(tx: Transaction, device: string, delayMs: number): void;
}

/** A game whose rig is gone waits for it, goes on when it is back, and is given back to the guest when it is not. */
export function createInterruptionsService(deps: InterruptionsServiceDeps) {
  const { clock, posts, devices, attractions, games } = deps;

  function waitFor(tx: Transaction, game: GameRow, ms: number, reason: string): void {
    games.interrupt(tx, game, clock.now() + ms, reason);
    deps.giveUpLater(tx, game.id, ms);
  }

  function lost(tx: Transaction, device: string): void {
    const game = posts.playedBy(tx, device);
    if (game === undefined || game.interrupted_until !== null) return;
    const windowMs = attractions.attraction(tx, game.attraction).reconnect_seconds * 1_000;
    waitFor(tx, game, windowMs, 'the rig is gone');
  }

  function isBack(tx: Transaction, heard: DeviceHeard): void {
    const { device, presence, before, gameId } = heard;
    const game = posts.playedBy(tx, device);
    if (game === undefined) return;
    const held = possession(presence, gameId, game.id);
    if (game.interrupted_until !== null) {
      if (held !== 'has_not') games.resume(tx, game);
      else if (game.interrupted_until - clock.now() > settleMs) {
        games.waitUntil(tx, game, clock.now() + settleMs);
        deps.giveUpLater(tx, game.id, settleMs);
      }
    } else if (held === 'has_not' && (gameId !== undefined || before === 'offline')) {
      // Somebody may play it by hand at a rig that knows nothing of it: then there is nothing to miss.
      if (games.lastPlayer(tx, game.id) === device)
        waitFor(tx, game, settleMs, 'the rig does not have the game');
    }
  }

  return {
    /** Joins what a rig says of itself, and that it is gone. */
    followRig(tx: Transaction, heard: DeviceHeard): void {
      if (heard.presence !== 'offline') {
        if (devices.rig(tx, heard.device) !== undefined) isBack(tx, heard);
      } else if (heard.cause === 'restart') deps.lookLater(tx, heard.device, startGraceMs);
      else lost(tx, heard.device);
    },
    /** Joins every step of a game: who waited for its rig waits no longer. */
    followGame(tx: Transaction, { before, after }: { before: GameRow | null; after: GameRow }): void {
      if (typeof before?.interrupted_until === 'number' && after.interrupted_until === null)
        deps.giveUpNever(tx, after.id);
    },
    /** The appliance has been up for a while, and this rig is still not there. */
    missed(tx: Transaction, device: string): void {
      if (devices.presenceOf(tx, device) === 'offline') lost(tx, device);
    },
    giveUp(tx: Transaction, gameId: string): void {
      const game = tx.get(gameById, { id: gameId });
      if (game?.state === 'playing' && game.interrupted_until !== null)
        games.giveBack(tx, gameId, 'the rig did not come back with the game');
    },
    /** At the start of the appliance: rigs could not come back while it was off. */
    extend(tx: Transaction): void {
      for (const game of games.atStations(tx)) {
        if (game.interrupted_until === null) continue;
        const ms = Math.max(startGraceMs, game.interrupted_until - clock.now());
        games.waitUntil(tx, game, clock.now() + ms);
        deps.giveUpLater(tx, game.id, ms);
      }
    },
  };
}
export type InterruptionsService = ReturnType<typeof createInterruptionsService>;
