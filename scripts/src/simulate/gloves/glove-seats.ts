import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { NewDevice } from '../../../../appliance/contract/devices.ts';
import { Game } from '../../../../appliance/contract/games.ts';
import { Glove, type GloveChange } from '../../../../appliance/contract/gloves.ts';
import { ProgressPending, ProgressReply } from '../../../../appliance/contract/progress.ts';
import { SessionList } from '../../../../appliance/contract/sessions.ts';
import type { Battery } from '../faults.ts';
import { type HttpClient, Refusal } from '../http-client.ts';
import type { Randomness } from '../randomness.ts';
import type { Hands } from '../rig.ts';
import type { RigPost } from '../rig-posts.ts';
import type { SeenGame } from '../rig-rules.ts';
import { type GlovesTold, glovesTold } from './glove-agreement.ts';
import { glovesNow, glovesSince } from './glove-healths.ts';
import { loopbackAddress, nameOfCaller } from './glove-load.ts';
import {
  type GloveHappening,
  type GloveProgram,
  startGloveProgram,
  type WantedGlove,
  type Worn,
} from './glove-program.ts';
import { gameSentence, gloveSentence, pastSentence } from './glove-story.ts';
import type { Regular } from './regular.ts';
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
  /** Hears what befalls gloves and what games with them come to, a short line each. */
  readonly say: (line: string) => void;
  readonly stop: AbortSignal;
}

/** What gloves and the phones of those who wore them have to say when all is over. */
export interface GlovesOutcome extends GlovesTold {
  /** Samples kept of games whose players agreed. */
  readonly recorded: number;
  /** Games that were begun at a seat with gloves. */
  readonly games: number;
  /** Results that phones were told of, and how many of these were of games that phones had posted. */
  readonly results: number;
  readonly posted: number;
}

const attraction = 'glove';
const rateHz = 100;
/** What befalls gloves on an ordinary day: one is in a hurry to save its battery, the other is far from its antenna. */
const ordinaryFaults = 'duplicatedRate=0.002,reorderedRate=0.001,jitterMs=15,clockPpm=60';
const faultsOf = {
  left: `${ordinaryFaults},lostRate=0.002,sleepAfterSeconds=8`,
  right: `${ordinaryFaults},lostRate=0.02,dropoutsPerMinute=0.2,dropoutSeconds=1`,
} as const;
/** After a line whose end is gone such a glove waits a whole second for an answer. */
const alphaFaults = 'tornRate=0.0005,deletedRate=0.002,bootLogLines=6';
/** A hand that is told nothing does nothing. */
const waiting = [{ do: 'rest', seconds: 3_600 }];
/** Short, since a game takes seconds where a minute of the venue does; it is played over and over. */
const exercise = [
  { do: 'rest', seconds: 0.5 },
  { do: 'reps', count: 10 },
  { do: 'hold_steady', seconds: 4 },
];
const callsInWithinMs = 10_000;
const looksAgainMs = 500;
const nobody = { player: { seed: 1, course: 'stays' }, game: 0 } as const;

/** Gloves lie at the seats: two that speak MQTT at the first, one that calls in and speaks alpha at the second. */
export async function openGloveSeats(wanted: SeatsWanted) {
  let hear = (_: GloveHappening) => {};
  const program = await startGloveProgram((happening) => hear(happening));
  try {
    return await seatsWith(program, wanted, (listener) => {
      hear = listener;
    });
  } catch (error) {
    await program.stop();
    throw error;
  }
}

async function seatsWith(
  program: GloveProgram,
  wanted: SeatsWanted,
  listen: (listener: (happening: GloveHappening) => void) => void,
) {
  const { admin, run, url, password, random, tcpPort, say, stop } = wanted;
  const [first, second] = wanted.posts.filter(({ station }) => station.attraction === attraction);
  const before = await glovesNow(admin);
  const enrolled: string[] = [];
  const played = new Set<string>();
  const ended = new Set<string>();
  const seats = new Map<string, string[]>();
  const places = new Map<string, string>();
  const slept = new Set<string>();
  /** By station, the game that its gloves are worn in. */
  const worn = new Map<string, { id: string; by: Pick<Worn, 'player' | 'game'> }>();
  const followed: Promise<void>[] = [];
  const seed = random.whole(1, 1_000_000);

  async function enrol(hand: 'left' | 'right'): Promise<WantedGlove> {
    const { broker, site, keepAliveSeconds } = wanted;
    const body = { name: `sim-glove-${hand}-${run}`, kind: 'glove' };
    const { id, name, secret } = await admin.post('/api/devices', NewDevice, body);
    enrolled.push(id);
    return {
      ...{ name, hand, format: 'frame', rateHz, batch: 5, calibrated: true, faults: faultsOf[hand] },
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
    const station = (way.by === 'mqtt' ? first : second)?.station;
    if (station === undefined) continue;
    await known(() => put(admin, name, { station_id: station.id, hand }));
    seats.set(station.id, [...(seats.get(station.id) ?? []), name]);
    places.set(name, `the ${hand} glove of ${station.name}`);
  }
  const regulars = await welcomeRegulars({ admin, program, url, run, password, random });

  listen(({ glove, what }) => {
    const place = places.get(glove);
    if (place === undefined || stop.aborted || what === 'woke_up' || what === 'power_lost') return;
    // It does so after every game.
    if (what === 'fell_asleep' && slept.has(glove)) return;
    if (what === 'fell_asleep') slept.add(glove);
    say(gloveSentence[what](place));
  });

  function wear(stationId: string, phases: readonly object[]): void {
    const by = worn.get(stationId)?.by ?? nobody;
    program.wear({ gloves: seats.get(stationId) ?? [], ...by, phases });
  }

  function putOn(stationId: string, id: string): void {
    if (worn.get(stationId)?.id === id) return;
    played.add(id);
    const regular = regulars.withGame(id);
    const guest = { player: { seed: seed + seats.size, course: 'stays' as const }, game: hashOf(id) };
    worn.set(stationId, {
      id,
      by: regular === undefined ? guest : { player: regular.player, game: regular.games },
    });
    if (regular !== undefined) regular.games += 1;
    wear(stationId, waiting);
  }

  function takeOff(stationId: string, id: string): void {
    if (worn.get(stationId)?.id !== id) return;
    worn.delete(stationId);
    wear(stationId, waiting);
  }

  /** What a game came to, once the venue knows. */
  async function follow(id: string): Promise<void> {
    const game = await admin.get(`/api/games/${id}`, Game);
    const { items } = await admin.get(`/api/sessions?game_id=${id}`, SessionList);
    const progress = items.length === 0 ? null : await progressOf(admin, id, stop);
    const sessions = items.filter(({ state }) => state === 'closed');
    if (!stop.aborted)
      say(gameSentence({ game, sessions, progress, isTold: regulars.withGame(id) !== undefined }));
  }

  /** What the phone of somebody who comes again was told of the last of its own games. */
  async function tellOfThePast({ name, posted }: Regular): Promise<void> {
    const last = posted.at(-1);
    const progress = last === undefined ? null : await progressOf(admin, last, stop);
    if (progress !== null) say(pastSentence({ name, games: posted.length, progress }));
  }
  const posted = regulars.all.flatMap((regular) => regular.posted);
  followed.push(...regulars.all.map((regular) => tellOfThePast(regular).catch(() => {})));

  return {
    regulars,
    /** Games that phones have posted. */
    posted,
    /** Who begins to play puts the gloves on, and takes them off when it is over. */
    onGame({ id, state, station_id }: SeenGame): void {
      if (station_id === null || !seats.has(station_id)) return;
      if (state === 'playing') putOn(station_id, id);
      else takeOff(station_id, id);
      if (state === 'completed' && played.has(id) && !ended.has(id)) {
        ended.add(id);
        followed.push(follow(id).catch(() => {}));
      }
    },
    handsAt(stationId: string): Hands | undefined {
      const here = seats.get(stationId);
      if (here === undefined) return undefined;
      return {
        see: () => program.see(here),
        exercise(gameId) {
          putOn(stationId, gameId);
          wear(stationId, exercise);
        },
      };
    },
    batteries: (): Battery[] =>
      [...worn.keys()].flatMap((station) =>
        (seats.get(station) ?? []).map((name) => ({
          glove: places.get(name) ?? name,
          takeOut: (seconds) => program.losePower(name, seconds),
        })),
      ),
    /** @param admin whoever can still act when the simulation has stopped */
    async close(by: HttpClient): Promise<GlovesOutcome> {
      await Promise.all(followed);
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
        games: played.size,
        posted: posted.length,
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

/** Null when nothing was measured, or nobody waits for it any more. */
async function progressOf(by: HttpClient, id: string, stop: AbortSignal): Promise<ProgressReply | null> {
  while (!stop.aborted) {
    const answer = await by.get(`/api/games/${id}/progress`, z.union([ProgressReply, ProgressPending]));
    if (answer.state !== 'pending') return answer;
    await delay(looksAgainMs, undefined, { signal: stop }).catch(() => {});
  }
  return null;
}

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
