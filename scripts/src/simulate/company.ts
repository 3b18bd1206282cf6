import type { Account, Accounts } from './accounts.ts';
import { workTheFloor } from './floor-staff.ts';
import type { Credentials } from './http-client.ts';
import { connectDevice, type DeviceIdentity, type DeviceListener } from './mqtt-device.ts';
import type { Randomness } from './randomness.ts';
import { runRig } from './rig.ts';
import type { RigPosts } from './rig-posts.ts';
import type { Stage } from './stage.ts';

export interface Company {
  readonly broker: string;
  readonly site: string;
  readonly floor: RigPosts;
  readonly attractions: readonly string[];
  /** Seconds of the venue's time in one by the appliance's clock. */
  readonly pace: number;
  readonly accounts: Accounts;
  readonly staff: Account;
  readonly random: Randomness;
  readonly stage: Stage;
}

/**
 * The board, the rigs and the floor staff go to work until the simulation stops. Resolves once the board hangs;
 * `done` resolves when all have gone home.
 */
export async function goToWork(company: Company): Promise<{ done: Promise<unknown> }> {
  const { floor, attractions, pace, accounts, staff, random, stage } = company;
  const { attempt, watch, stop } = stage;
  const identityOf = (kind: DeviceIdentity['kind'], { username, password }: Credentials): DeviceIdentity => ({
    broker: company.broker,
    site: company.site,
    kind,
    name: username,
    secret: password,
  });

  const onTheBoard: DeviceListener = {
    onConnect: () => void attempt('board', watch.lookAgain),
    onGame: ({ id, state }) => watch.tell(id, state),
  };
  const board = await connectDevice(identityOf('board', floor.board), onTheBoard, stop);
  const rigs = floor.posts.map(({ station, rig }) => {
    const { calls } = accounts.signIn(rig, stop);
    return runRig({ identity: identityOf('rig', rig), station, calls, random: random.fork(), stage });
  });
  const stations = new Set(floor.posts.map(({ station }) => station.id));
  const lanes = attractions.map((attraction) =>
    workTheFloor({ lane: { attraction, stations, pace }, ...staff, random: random.fork(), stage }),
  );
  return { done: Promise.all([...rigs, ...lanes]).then(board.leave) };
}
