import type { Clock } from '../../platform/clock.ts';

/** An hour of a rig that was cut off may come at once; then so many a second. */
const chatter = { burst: 3_000, perSecond: 20 };
const life = { burst: 300, perSecond: 5 };
/** More than the busiest game has; what moves the game is taken beyond it. */
const chatterOfGame = 5_000;
const remembered = 1_000;

interface Bucket {
  left: number;
  at: number;
}

/** How many events a rig may send: those that move games are counted for themselves. */
export function createEventAllowance(clock: Pick<Clock, 'monotonic'>) {
  const buckets = new Map<string, Bucket>();
  const games = new Map<string, number>();

  function takeOfRig(device: string, isOfLife: boolean): boolean {
    const { burst, perSecond } = isOfLife ? life : chatter;
    const key = `${isOfLife} ${device}`;
    const now = clock.monotonic();
    const known = buckets.get(key);
    if (known === undefined && buckets.size >= remembered) buckets.clear();
    const left =
      known === undefined ? burst : Math.min(burst, known.left + ((now - known.at) / 1_000) * perSecond);
    buckets.set(key, { left: Math.max(0, left - 1), at: now });
    return left >= 1;
  }

  function takeOfGame(gameId: string): boolean {
    const taken = games.get(gameId) ?? 0;
    if (taken === 0 && games.size >= remembered) games.clear();
    games.set(gameId, taken + 1);
    return taken < chatterOfGame;
  }

  return {
    /** False when the rig, or its game, has used its share up. */
    take: (device: string, gameId: string, isOfLife: boolean): boolean =>
      takeOfRig(device, isOfLife) && (isOfLife || takeOfGame(gameId)),
  };
}
export type EventAllowance = ReturnType<typeof createEventAllowance>;
