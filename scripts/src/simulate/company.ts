import type { Account, Accounts } from './accounts.ts';
import { workTheFloor } from './floor-staff.ts';
import type { Credentials } from './http-client.ts';
import type { Ledger } from './ledger.ts';
import { connectDevice, type DeviceIdentity, type DeviceListener } from './mqtt-device.ts';
import { createPowerCord, type PowerCord } from './power-cord.ts';
import type { Randomness } from './randomness.ts';
import type { Hands, RigSpeech } from './rig.ts';
import type { RigPosts } from './rig-posts.ts';
import type { SeenGame } from './rig-rules.ts';
import { runSeedRig } from './seed-rig.ts';
import { runSpoolingRig } from './spooling-rig.ts';
import type { Stage } from './stage.ts';

export interface Company {
  /** Where the appliance is. */
  readonly url: string;
  readonly broker: string;
  readonly site: string;
  readonly floor: RigPosts;
  readonly attractions: readonly string[];
  /** Seconds of the venue's time in one by the appliance's clock. */
  readonly pace: number;
  readonly keepAliveSeconds: number;
  readonly accounts: Accounts;
  readonly staff: Account;
  readonly ledger: Ledger;
  readonly random: Randomness;
  readonly stage: Stage;
  /** Told of every game, as the board is. */
  readonly onGame: (game: SeenGame) => void;
  readonly handsAt: (stationId: string) => Hands | undefined;
}

/** Every third rig still plays by HTTP; the one that every venue has from the start among them. */
export const speechOf = (index: number): RigSpeech => (index % 3 === 0 ? 'http' : 'mqtt');

/**
 * The board, the rigs and the floor staff go to work until the simulation stops. Resolves once the board hangs;
 * `done` resolves when all have gone home.
 */
export async function goToWork(company: Company): Promise<{
  cords: readonly PowerCord[];
  done: Promise<unknown>;
}> {
  const { url, floor, attractions, pace, accounts, staff, ledger, random, stage } = company;
  const { attempt, watch, stop } = stage;
  const identityOf = (kind: DeviceIdentity['kind'], { username, password }: Credentials): DeviceIdentity => ({
    broker: company.broker,
    site: company.site,
    kind,
    name: username,
    secret: password,
    keepAliveSeconds: company.keepAliveSeconds,
  });

  const onTheBoard: DeviceListener = {
    onConnect: () => void attempt('board', watch.lookAgain),
    onGame(game) {
      watch.tell(game.id, game.state);
      company.onGame(game);
    },
  };
  const board = await connectDevice(identityOf('board', floor.board), onTheBoard, stop);
  const rigs = floor.posts.map(({ station, rig }, index) => {
    const { calls } = accounts.signIn(rig, stop);
    const identity = identityOf('rig', rig);
    const cord = createPowerCord(station.name, station.attraction);
    const speech = speechOf(index);
    const done = (speech === 'http' ? runSeedRig : runSpoolingRig)({
      ...{ identity, url, speech, station, cord },
      ...{ calls, ledger, random: random.fork(), stage, hands: company.handsAt(station.id) },
    });
    return { cord, done };
  });
  const stations = new Set(floor.posts.map(({ station }) => station.id));
  const lanes = attractions.map((attraction, index) =>
    workTheFloor({
      ...{ lane: { attraction, stations, pace }, readsTexts: index === 0 },
      ...{ ...staff, random: random.fork(), stage },
    }),
  );
  return {
    cords: rigs.map(({ cord }) => cord),
    done: Promise.all([...rigs.map(({ done }) => done), ...lanes]).then(board.leave),
  };
}
