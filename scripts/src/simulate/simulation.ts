import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AttractionList } from '../../../appliance/contract/attractions.ts';
import { MessageCarrierList } from '../../../appliance/contract/messaging.ts';
import type { BothEnds } from '../../../cloud-sync/src/both-ends.ts';
import { isReady } from '../start/readiness.ts';
import { automaticUsers, createAccounts } from './accounts.ts';
import { type Audit, audit } from './audit.ts';
import { type Airwaves, openAirwaves } from './carriers/airwaves.ts';
import type { CarrierSide, Taken } from './carriers/carrier-side.ts';
import { startModemSide } from './carriers/modem-side.ts';
import { startTwilioSide } from './carriers/twilio-side.ts';
import { goToWork, speechOf } from './company.ts';
import { createAttempt } from './conduct.ts';
import { createDesk } from './desk.ts';
import { letGuestsIn } from './door.ts';
import { createFaults, type Faults, type FaultsWanted } from './faults.ts';
import { createGameWatch } from './game-watch.ts';
import { type GlovesOutcome, openGloveSeats } from './gloves/glove-seats.ts';
import type { HttpClient } from './http-client.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { tellOfTheLink } from './link-story.ts';
import { createPhone } from './phone.ts';
import { createRandomness } from './randomness.ts';
import { workFromAfar } from './remote-staff.ts';
import { auditReplica, type ReplicaAudit } from './replica-audit.ts';
import { openRigPosts } from './rig-posts.ts';
import type { Stage } from './stage.ts';
import { createTally, type Tally } from './tally.ts';
import { createVenueClock, type VenueClock } from './venue-clock.ts';
import { openWanLine, type WanLine } from './wan-line.ts';

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
  /** What goes wrong by itself; without it, only what is asked for. */
  readonly faults?: FaultsWanted | undefined;
  /** Port of this machine at which the simulation stands in for Twilio. */
  readonly twilio?: number | undefined;
  /** Path at which it plugs in an emulated modem. */
  readonly modem?: string | undefined;
  /** The replica of this appliance: somebody works there, and in the end it is held against the venue. */
  readonly replica?: ReplicaHere | undefined;
  /** Port of this machine at which the simulation is the internet between the daemon and the cloud's database. */
  readonly wan?: number | undefined;
  /** Gloves lie at the glove seats, with or without one that calls in at a port of the appliance. */
  readonly gloves?: { readonly tcpPort: number | undefined } | undefined;
  /** Hears what the simulation takes away and gives back, a short line each. */
  readonly say?: (line: string) => void;
  /** Called with what there is to watch, as soon as the doors open. */
  readonly onOpen?: (tally: Tally, clock: VenueClock, faults: Faults) => void;
}

export interface ReplicaHere {
  readonly url: string;
  readonly ends: BothEnds;
  /** Where the cloud's database is. */
  readonly database: { readonly host: string; readonly port: number };
}

export interface Outcome {
  readonly run: string;
  readonly tally: Tally;
  /** Texts that each carrier took, and that phones sent. */
  readonly carried: { readonly twilio: number; readonly modem: number; readonly from_phones: number };
  readonly audit: Audit;
  /** Null when the simulation knows of no replica. */
  readonly replica: ReplicaAudit | null;
  /** Null when there were no gloves. */
  readonly gloves: GlovesOutcome | null;
  readonly ledger: Ledger;
  /** Holds the ledger, as it is now, against what the appliance tells now. */
  auditAgain(): Promise<Audit>;
}

/** How long the appliance may take to be ready, and how long it may be away when all is over. */
const patienceMs = { before: 5_000, after: 30_000 };

/**
 * Plays a venue's tablets, guests, rigs, floor staff and phones against an appliance until the last guest has left or
 * `asked` is aborted, and holds what was acknowledged against what the appliance tells then. Throws when there is no
 * appliance, none that takes the password, or when it is to take away what the simulation does not own.
 */
export async function simulate(options: SimulationOptions, asked: AbortSignal): Promise<Outcome> {
  const { url, twilio, modem, wan, replica } = options;
  refuseWhatIsNotOurs(options);
  if (!(await isReady(`${url}/readyz`, delay(patienceMs.before, undefined, { ref: false })))) {
    throw new Error(`no appliance is ready at ${url}`);
  }
  const ledger = createLedger();
  const airwaves = await openAirwaves(ledger.taken, [
    ...(twilio === undefined ? [] : [(taken: Taken) => startTwilioSide(twilio, taken)]),
    ...(modem === undefined ? [] : [(taken: Taken) => startModemSide(modem, taken)]),
  ]);
  let line: WanLine | undefined;
  try {
    if (wan !== undefined && replica !== undefined) line = await openWanLine(wan, replica.database);
    return await playWith(options, asked, { ledger, airwaves, line });
  } finally {
    await line?.stop();
    await airwaves.stop();
  }
}

interface Surroundings {
  readonly ledger: Ledger;
  readonly airwaves: Airwaves;
  readonly line: WanLine | undefined;
}

async function playWith(
  options: SimulationOptions,
  asked: AbortSignal,
  { ledger, airwaves, line }: Surroundings,
): Promise<Outcome> {
  const { url, broker, site, password, attractions, rigs, pace } = options;
  const { guests = Infinity, minutes = Infinity, say = () => {}, replica } = options;
  const since = Date.now();
  const run = randomBytes(3).toString('hex');
  const random = createRandomness(options.seed);
  const tally = createTally();
  const accounts = createAccounts(url, password, ledger, tally);
  const over = new AbortController();
  const stop = AbortSignal.any([asked, over.signal]);
  const [staff, tablet] = [accounts.staff(stop), accounts.tablet(stop)];
  await refuseUnusedCarriers(staff.client, airwaves.sides);

  const floor = await openRigPosts(staff.client, { attractions, rigs, run, password });
  const stage: Stage = {
    clock: createVenueClock(pace, stop),
    stop,
    tally,
    attempt: createAttempt(tally, stop),
    desk: createDesk(),
    watch: createGameWatch(async (gameId) => (await tablet.calls.game(gameId)).state),
    airwaves,
  };
  const keepAliveSeconds = options.appliancePace === undefined ? 10 : 0;
  const seats =
    options.gloves &&
    (await openGloveSeats({
      ...{ admin: staff.client, url, broker, site, password, run, keepAliveSeconds },
      ...{ tcpPort: options.gloves.tcpPort, posts: floor.posts, random: random.fork(), say, stop },
    }));
  for (const id of seats?.posted ?? []) ledger.posted.add(id);
  const company = await goToWork({
    ...{ url, broker, site, floor, attractions, accounts, staff, ledger, random, stage },
    pace: pace / (options.appliancePace ?? 1),
    keepAliveSeconds,
    onGame: (game) => seats?.onGame(game),
    handsAt: (stationId) => seats?.handsAt(stationId),
  });
  const waits = await reconnectSeconds(staff.client);
  const story =
    line === undefined || replica === undefined
      ? undefined
      : tellOfTheLink({ line, ends: replica.ends, say, stop });
  const faults = createFaults({
    ...(options.faults ?? { kinds: [], everySeconds: usualRhythm }),
    ...{ cords: company.cords, random: random.fork(), tally, say },
    batteries: () => seats?.batteries() ?? [],
    outlets: {
      wan: [...sidesOf(airwaves, 'twilio'), ...(story === undefined ? [] : [story])],
      modem: sidesOf(airwaves, 'modem'),
    },
    reconnectSeconds: (attraction) => waits.get(attraction) ?? 60,
  });
  options.onOpen?.(tally, stage.clock, faults);
  const faulty = faults.run(stop);
  const remote =
    replica &&
    workFromAfar({
      ...{ url: replica.url, username: 'user', password, attractions },
      ...{ random: random.fork(), say, stop },
    });
  await letGuestsIn({
    ...{ tablet, guests, random, stage },
    crowd: { run, attractions, year: new Date().getFullYear() },
    stations: floor.posts.length,
    seconds: minutes * 60,
    phone: createPhone(url, tally, stop),
    seats,
  });
  const isOver = !asked.aborted;
  over.abort();
  await faulty;
  faults.mend();
  await company.done;
  await remote?.done;
  await story?.over();

  const admin = accounts.staff(AbortSignal.timeout(patienceMs.after)).client;
  const gloves = (await seats?.close(admin)) ?? null;
  await floor.close(admin);
  const names = [...floor.posts.map(({ rig }) => rig.username), ...automaticUsers];
  const ofEvents = floor.posts.flatMap(({ rig }, index) =>
    speechOf(index) === 'mqtt' ? [rig.username] : [],
  );
  const told =
    replica === undefined || remote === undefined ? null : await auditReplica(replica.ends, remote, ledger);
  // What a rig tells by events is looked up as events: which steps come of them is the appliance's to say.
  const actors = new Set(
    names.filter((name) => !ofEvents.includes(name) && !(options.shared && automaticUsers.has(name))),
  );
  const carriers = airwaves.sides.map(({ name }) => name);
  const auditAgain = () => audit({ admin, ledger, run, actors, rigs: ofEvents, carriers, since, isOver });
  const takenBy = (name: string) => ledger.taken.filter(({ carrier }) => carrier === name).length;
  return {
    run,
    tally,
    carried: { twilio: takenBy('twilio'), modem: takenBy('modem'), from_phones: airwaves.brought() },
    audit: await auditAgain(),
    replica: told,
    gloves,
    ledger,
    auditAgain,
  };
}

/** Seconds between faults that somebody asks for, as it were. */
const usualRhythm = 45;

const sidesOf = ({ sides }: Airwaves, name: CarrierSide['name']) =>
  sides.filter((side) => side.name === name);

function refuseWhatIsNotOurs({ faults, twilio, modem, wan, replica, gloves }: SimulationOptions): void {
  if (wan !== undefined && replica === undefined)
    throw new Error('--wan <port> is a way to the cloud of a replica: it needs --replica <url>');
  if (faults?.kinds.includes('wan') && twilio === undefined && wan === undefined) {
    throw new Error(
      'the internet is not the simulation’s to cut: `wan` needs --twilio <port>, where it stands in for Twilio, or --wan <port>, where it is the way to the cloud',
    );
  }
  if (faults?.kinds.includes('glove') && gloves === undefined)
    throw new Error('there is no glove whose battery could be taken out: `glove` needs --gloves');
  if (faults?.kinds.includes('modem') && modem === undefined) {
    throw new Error(
      'the modem is not the simulation’s to unplug: `modem` needs --modem <path>, where it emulates one',
    );
  }
}

async function refuseUnusedCarriers(client: HttpClient, sides: readonly CarrierSide[]): Promise<void> {
  const { items } = await client.get('/api/messages/carriers', MessageCarrierList);
  const unused = sides.find((side) => !items.some(({ name }) => name === side.name));
  if (unused === undefined) return;
  throw new Error(
    `this appliance does not send by ${unused.name}: it has to be started with DUGOUT_SMS=${[...items, unused]
      .map(({ name }) => name)
      .filter((name) => name !== 'log')
      .join(',')} and that carrier’s settings`,
  );
}

async function reconnectSeconds(client: HttpClient): Promise<Map<string, number>> {
  const { items } = await client.get('/api/attractions', AttractionList);
  return new Map(items.map(({ id, reconnect_seconds }) => [id, reconnect_seconds]));
}
