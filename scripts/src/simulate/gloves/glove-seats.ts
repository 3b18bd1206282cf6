import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { NewDevice } from '../../../../appliance/contract/devices.ts';
import { Glove, type GloveChange } from '../../../../appliance/contract/gloves.ts';
import { SessionList } from '../../../../appliance/contract/sessions.ts';
import { type HttpClient, Refusal } from '../http-client.ts';
import type { Randomness } from '../randomness.ts';
import type { RigPost } from '../rig-posts.ts';
import type { SeenGame } from '../rig-rules.ts';
import { type GlovesTold, glovesTold } from './glove-agreement.ts';
import { glovesNow, glovesSince } from './glove-healths.ts';
import { loopbackAddress, nameOfCaller } from './glove-load.ts';
import { type GloveProgram, startGloveProgram, type WantedGlove } from './glove-program.ts';
import { welcomeRegulars } from './regulars.ts';

export interface SeatsWanted {
  readonly admin: HttpClient;
  readonly url: string;
  readonly broker: string;
  readonly site: string;
  /** Of the automatic users; regulars take it too. */
  readonly password: string;
  readonly run: string;
  readonly keepAliveSeconds: number;
  /** Where gloves call in that speak lines; without it there is none. */
  readonly tcpPort: number | undefined;
  readonly posts: readonly RigPost[];
  readonly random: Randomness;
}

/** What gloves and the phones of those who wore them have to say when all is over. */
export interface GlovesOutcome extends GlovesTold {
  /** Samples kept of games whose players agreed. */
  readonly recorded: number;
  /** Results that phones were told of. */
  readonly results: number;
}

const attraction = 'glove';
const rateHz = 100;
/** What befalls a glove on an ordinary day. */
const ordinaryFaults =
  'lostRate=0.004,duplicatedRate=0.002,reorderedRate=0.001,jitterMs=15,clockPpm=60,dropoutsPerMinute=0.2,dropoutSeconds=1';
const alphaFaults = 'tornRate=0.002,deletedRate=0.002,bootLogLines=6';
/** Short, since a game takes seconds where a minute of the venue does; it is played over and over. */
const shortGame = [
  { do: 'rest', seconds: 0.5 },
  { do: 'reps', count: 10 },
  { do: 'hold_steady', seconds: 4 },
];
const callsInWithinMs = 10_000;

/** Gloves lie at the seats: two that speak MQTT at the first, one that calls in and speaks alpha at the second. */
export async function openGloveSeats(wanted: SeatsWanted) {
  const program = await startGloveProgram();
  try {
    return await seatsWith(program, wanted);
  } catch (error) {
    await program.stop();
    throw error;
  }
}

async function seatsWith(program: GloveProgram, wanted: SeatsWanted) {
  const { admin, run, url, password, random, tcpPort } = wanted;
  const [first, second] = wanted.posts.filter(({ station }) => station.attraction === attraction);
  const before = await glovesNow(admin);
  const enrolled: string[] = [];
  const played = new Set<string>();
  const seats = new Map<string, string[]>();
  const seed = random.whole(1, 1_000_000);

  async function enrol(hand: 'left' | 'right'): Promise<WantedGlove> {
    const { broker, site, keepAliveSeconds } = wanted;
    const body = { name: `sim-glove-${hand}-${run}`, kind: 'glove' };
    const { id, name, secret } = await admin.post('/api/devices', NewDevice, body);
    enrolled.push(id);
    return {
      ...{ name, hand, format: 'frame', rateHz, batch: 5, calibrated: true, faults: ordinaryFaults },
      seed: seed + enrolled.length,
      way: { by: 'mqtt', broker, site, secret, keepAliveSeconds },
    };
  }

  const gloves = first === undefined ? [] : [await enrol('left'), await enrol('right')];
  const from = loopbackAddress(0);
  const caller = second === undefined || tcpPort === undefined ? undefined : nameOfCaller(from);
  if (caller !== undefined && tcpPort !== undefined) {
    gloves.push({
      ...{
        name: caller,
        seed,
        hand: 'right',
        format: 'alpha',
        rateHz,
        lineEnd: '\n\r\n',
        faults: alphaFaults,
      },
      way: { by: 'tcp', host: '127.0.0.1', port: tcpPort, from },
    });
  }
  await program.start(gloves);
  for (const { name, hand, way } of gloves) {
    const station = way.by === 'mqtt' ? first?.station.id : second?.station.id;
    if (station === undefined) continue;
    await known(() => put(admin, name, { station_id: station, hand }));
    seats.set(station, [...(seats.get(station) ?? []), name]);
  }
  const regulars = await welcomeRegulars({ admin, program, url, run, password, random });

  return {
    regulars,
    /** Who begins to play puts the gloves on. */
    onGame({ id, state, station_id }: SeenGame): void {
      const here = seats.get(station_id ?? '');
      if (state !== 'playing' || here === undefined) return;
      played.add(id);
      const regular = regulars.withGame(id);
      const guest = { player: { seed: seed + seats.size, course: 'stays' as const }, game: hashOf(id) };
      const worn = regular === undefined ? guest : { player: regular.player, game: regular.games };
      if (regular !== undefined) regular.games += 1;
      program.wear({ gloves: here, ...worn, phases: shortGame });
    },
    /** @param admin whoever can still act when the simulation has stopped */
    async close(by: HttpClient): Promise<GlovesOutcome> {
      const counted = await program.stop();
      const told = glovesTold(counted.gloves, await glovesSince(by, before));
      for (const name of [...seats.values()].flat()) await put(by, name, { station_id: null });
      for (const id of enrolled) await by.post(`/api/devices/${id}/revoke`, z.undefined());
      const recorded = await recordedOf(by, played);
      const again = counted.phones.flatMap(({ username, again: times, games }) => [
        ...(times > 0 ? [`the phone of ${username} was told ${times} results again`] : []),
        ...(new Set(games).size < games.length ? [`the phone of ${username} was told of a game twice`] : []),
      ]);
      return {
        ...told,
        recorded,
        results: counted.phones.reduce((sum, { games }) => sum + games.length, 0),
        disagreements: [
          ...told.disagreements,
          ...again,
          ...(recorded > told.accepted
            ? [`${recorded} samples are kept of games, and ${told.accepted} were taken in`]
            : []),
        ],
      };
    },
  };
}
export type GloveSeats = Awaited<ReturnType<typeof openGloveSeats>>;

async function recordedOf(by: HttpClient, games: ReadonlySet<string>): Promise<number> {
  let samples = 0;
  for (const game of games) {
    const { items } = await by.get(`/api/sessions?game_id=${game}`, SessionList);
    for (const session of items) samples += session.samples;
  }
  return samples;
}

const put = (by: HttpClient, name: string, change: GloveChange) =>
  by.patch(`/api/gloves/${name}`, Glove, change);

/** A glove that has just begun to speak is not known for a moment. */
async function known(work: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + callsInWithinMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404 || performance.now() > until) throw error;
      await delay(200);
    }
  }
}

const hashOf = (text: string): number => {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + letter.charCodeAt(0)) % 1_000_003;
  return hash % 1_000;
};
