import { resultOf } from './derby.ts';
import type { GameCalls } from './game-calls.ts';
import { connectDevice, type DeviceConnection, type DeviceIdentity } from './mqtt-device.ts';
import type { Randomness } from './randomness.ts';
import { rigMove, type SeenGame } from './rig-rules.ts';
import type { Stage } from './stage.ts';

export interface Rig {
  readonly identity: DeviceIdentity;
  readonly station: { readonly id: string; readonly name: string; readonly attraction: string };
  readonly calls: GameCalls;
  readonly random: Randomness;
  readonly stage: Stage;
}

const plugIsPulled = 0.03;

/** A rig plays whoever is confirmed at its station, until the simulation stops. Rarely somebody pulls its plug. */
export async function runRig(rig: Rig): Promise<void> {
  const { stage, station, random } = rig;
  while (!stage.stop.aborted) {
    await stage.attempt(station.name, () => fromBootToPowerLoss(rig));
    await stage.attempt(station.name, () => stage.clock.sleep(random.between(40, 90)));
  }
}

async function fromBootToPowerLoss({ identity, station, calls, random, stage }: Rig): Promise<void> {
  const { clock, stop, tally, attempt } = stage;
  const seen = new Map<string, SeenGame>();
  let wake = () => {};
  const note = (game: SeenGame) => {
    if (game.state === 'completed' || game.state === 'cancelled') seen.delete(game.id);
    else seen.set(game.id, { id: game.id, state: game.state, station_id: game.station_id });
    wake();
  };
  const device = await connectDevice(identity, { onConnect: () => seen.clear(), onGame: note }, stop);
  stop.addEventListener('abort', () => wake());
  const somethingNew = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  /** False when the plug was pulled in the middle of it. */
  async function play(gameId: string): Promise<boolean> {
    await clock.sleep(random.between(15, 35));
    note(await calls.act(gameId, 'play', { station_id: station.id }));
    device.become('busy');
    const turn = random.between(110, 230);
    if (random.chance(plugIsPulled)) {
      await clock.sleep(turn * random.next());
      tally.plugsPulled += 1;
      return false;
    }
    await clock.sleep(turn);
    note(await calls.complete(gameId, resultOf(station.attraction, random.between(0.5, 1.2), random)));
    tally.played += 1;
    device.become('idle');
    return true;
  }

  return farewell(device, async () => {
    while (!stop.aborted) {
      const next = rigMove(seen.values(), station.id);
      if (next === null) {
        await somethingNew();
        continue;
      }
      let powered = true;
      const done = await attempt(station.name, async () => {
        if (next.do === 'play') powered = await play(next.gameId);
        else note(await calls.act(next.gameId, 'abort', { reason: 'the rig lost its power' }));
      });
      if (!powered) return false;
      if (!done && !stop.aborted) {
        device.become('idle');
        note(await calls.game(next.gameId));
      }
    }
    return true;
  });
}

/** A rig that is switched off says so; one that loses its power cannot. */
async function farewell(device: DeviceConnection, session: () => Promise<boolean>): Promise<void> {
  let orderly = true;
  try {
    orderly = await session();
  } finally {
    await (orderly ? device.leave() : device.pullPlug());
  }
}
