import { resultOf } from './derby.ts';
import { connectDevice, type DeviceConnection } from './mqtt-device.ts';
import type { Rig } from './rig.ts';
import { rigMove, type SeenGame } from './rig-rules.ts';

/**
 * A rig of the first kind: it looks at what the broker tells of games, and plays by HTTP. It remembers nothing over a
 * power cut.
 */
export async function runSeedRig(rig: Rig): Promise<void> {
  const { stage, station, cord } = rig;
  while (!stage.stop.aborted) {
    await stage.attempt(station.name, async () => {
      await cord.plugged(stage.stop);
      await fromBootToPowerLoss(rig, cord.power());
    });
  }
}

async function fromBootToPowerLoss(
  { identity, station, calls, random, stage, cord, hands }: Rig,
  power: AbortSignal,
): Promise<void> {
  const { clock, stop, tally, attempt } = stage;
  const seen = new Map<string, SeenGame>();
  let wake = () => {};
  const note = (game: SeenGame) => {
    if (game.state === 'completed' || game.state === 'cancelled') seen.delete(game.id);
    else seen.set(game.id, { id: game.id, state: game.state, station_id: game.station_id });
    wake();
  };
  const device = await connectDevice(identity, { onConnect: () => seen.clear(), onGame: note }, stop);
  for (const end of [stop, power]) end.addEventListener('abort', () => wake());
  const somethingNew = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  async function play(gameId: string): Promise<void> {
    await clock.sleepUnless(power, random.between(15, 35));
    if (power.aborted || stop.aborted) return;
    note(await calls.act(gameId, 'play', { station_id: station.id }));
    device.become('busy');
    hands?.exercise(gameId);
    cord.playing = power.aborted ? null : gameId;
    await clock.sleepUnless(power, random.between(110, 230));
    cord.playing = null;
    if (power.aborted || stop.aborted) return;
    note(await calls.complete(gameId, resultOf(station.attraction, random.between(0.5, 1.2), random)));
    tally.played += 1;
    device.become('idle');
  }

  return farewell(device, power, async () => {
    while (!stop.aborted && !power.aborted) {
      const next = rigMove(seen.values(), station.id);
      if (next === null) {
        await somethingNew();
        continue;
      }
      const done = await attempt(station.name, async () => {
        if (next.do === 'play') await play(next.gameId);
        else note(await calls.act(next.gameId, 'abort', { reason: 'the rig lost its power' }));
      });
      if (!done && !stop.aborted && !power.aborted) {
        device.become('idle');
        note(await calls.game(next.gameId));
      }
    }
  });
}

/** A rig that is switched off says so; one that loses its power cannot. */
async function farewell(
  device: DeviceConnection,
  power: AbortSignal,
  session: () => Promise<void>,
): Promise<void> {
  try {
    await session();
  } finally {
    await (power.aborted ? device.pullPlug() : device.leave());
  }
}
