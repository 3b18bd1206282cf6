import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isReady } from '../start/readiness.ts';
import { automaticUsers, createAccounts } from './accounts.ts';
import { type Audit, audit } from './audit.ts';
import { goToWork } from './company.ts';
import { createAttempt } from './conduct.ts';
import { createDesk } from './desk.ts';
import { letGuestsIn } from './door.ts';
import { createGameWatch } from './game-watch.ts';
import { createLedger } from './ledger.ts';
import { createPhone } from './phone.ts';
import { createRandomness } from './randomness.ts';
import { openRigPosts } from './rig-posts.ts';
import type { Stage } from './stage.ts';
import { createTally, type Tally } from './tally.ts';
import { createVenueClock, type VenueClock } from './venue-clock.ts';

export interface SimulationOptions {
  readonly url: string;
  readonly broker: string;
  readonly site: string;
  /** Password of the automatic users. */
  readonly password: string;
  readonly pace: number;
  /** How fast the appliance's own clock runs, where that is not as ours does. */
  readonly appliancePace?: number;
  /** Stations of each attraction. */
  readonly rigs: number;
  readonly attractions: readonly [string, ...string[]];
  readonly seed: number;
  /** The doors close after so many guests, or minutes of the venue's time; open-ended without either. */
  readonly guests?: number | undefined;
  readonly minutes?: number | undefined;
  /** People use the same accounts at the same time: their steps are not held against the appliance. */
  readonly shared: boolean;
  /** Called with what there is to watch, as soon as the doors open. */
  readonly onOpen?: (tally: Tally, clock: VenueClock) => void;
}

export interface Outcome {
  readonly run: string;
  readonly tally: Tally;
  readonly audit: Audit;
}

/** How long the appliance may take to be ready, and how long it may be away when all is over. */
const patienceMs = { before: 5_000, after: 2_000 };

/**
 * Plays a venue's tablets, guests, rigs, floor staff and phones against an appliance until the last guest has left or
 * `asked` is aborted, and holds what was acknowledged against what the appliance tells then. Throws when there is no
 * appliance, or none that takes the password.
 */
export async function simulate(options: SimulationOptions, asked: AbortSignal): Promise<Outcome> {
  const {
    url,
    broker,
    site,
    password,
    attractions,
    rigs,
    pace,
    guests = Infinity,
    minutes = Infinity,
  } = options;
  if (!(await isReady(`${url}/readyz`, delay(patienceMs.before, undefined, { ref: false })))) {
    throw new Error(`no appliance is ready at ${url}`);
  }
  const run = randomBytes(3).toString('hex');
  const random = createRandomness(options.seed);
  const [tally, ledger] = [createTally(), createLedger()];
  const accounts = createAccounts(url, password, ledger, tally);
  const over = new AbortController();
  const stop = AbortSignal.any([asked, over.signal]);
  const [staff, tablet] = [accounts.staff(stop), accounts.tablet(stop)];

  const floor = await openRigPosts(staff.client, { attractions, rigs, run, password });
  const stage: Stage = {
    clock: createVenueClock(pace, stop),
    stop,
    tally,
    attempt: createAttempt(tally, stop),
    desk: createDesk(),
    watch: createGameWatch(async (gameId) => (await tablet.calls.game(gameId)).state),
  };
  const company = await goToWork({
    ...{ broker, site, floor, attractions, accounts, staff, random, stage },
    pace: pace / (options.appliancePace ?? 1),
  });
  options.onOpen?.(tally, stage.clock);
  await letGuestsIn({
    ...{ tablet, guests, random, stage },
    crowd: { run, attractions, year: new Date().getFullYear() },
    stations: floor.posts.length,
    seconds: minutes * 60,
    phone: createPhone(url, tally, stop),
  });
  over.abort();
  await company.done;

  const admin = accounts.staff(AbortSignal.timeout(patienceMs.after)).client;
  await floor.close(admin);
  const names = [...floor.posts.map(({ rig }) => rig.username), ...automaticUsers];
  const actors = new Set(names.filter((name) => !options.shared || !automaticUsers.has(name)));
  return { run, tally, audit: await audit({ admin, ledger, run, actors }) };
}
