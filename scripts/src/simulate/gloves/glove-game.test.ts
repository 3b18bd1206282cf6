import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Game } from '../../../../appliance/contract/games.ts';
import { fingers } from '../../../../appliance/contract/glove-frame.ts';
import { createGlove } from '../../../../appliance/src/testing/simulated-glove/glove.ts';
import type { GloveLink } from '../../../../appliance/src/testing/simulated-glove/glove-link.ts';
import {
  aPose,
  createPerformance,
  type Performance,
} from '../../../../appliance/src/testing/simulated-glove/hand.ts';
import { connectTcpGlove } from '../../../../appliance/src/testing/simulated-glove/line-gloves.ts';
import { connectMqttGlove } from '../../../../appliance/src/testing/simulated-glove/mqtt-glove.ts';
import {
  type Phase,
  usualAbility,
} from '../../../../appliance/src/testing/simulated-glove/performance-plan.ts';
import { createPhone } from '../../../../appliance/src/testing/simulated-glove/phone.ts';
import { aTemporaryDirectory } from '../../../../appliance/src/testing/temporary-directory.ts';
import {
  aTestAppliance,
  type TestAppliance,
  testPassword,
} from '../../../../appliance/src/testing/test-appliance.ts';
import { until } from '../../../../appliance/src/testing/test-broker.ts';
import {
  aRigAtStation,
  deviceNamed,
  type RigAtStation,
} from '../../../../appliance/src/testing/test-rigs.ts';
import { aUser } from '../../../../appliance/src/testing/test-users.ts';
import { createPacedClock, type PacedClock } from '../../screenshots/paced-clock.ts';
import { createRigSpool } from '../rig-spool.ts';
import { connectRig } from '../rig-wire.ts';

vi.setConfig({ testTimeout: 120_000 });

const startsAt = Date.UTC(2026, 5, 1, 17);
/** Everything lives so much faster: the appliance, its gloves and its rig. */
const pace = 3;
/** What the rig's clock is wrong by. */
const rigErrsMs = 3_000;
const ability = { ...usualAbility, cadence: 80, subMovements: 1, irregularity: 0.03 };
/**
 * A reaction is seen when the hand has a twentieth of its speed. When the lamp was lit is known to half the round trip by
 * which the rig has measured its clock, which comes on top.
 */
const tolerances = { reactionMs: 40, rom: 0.03, cadence: 2 };
/** Of the guest who agrees. */
const turn = { signals: 6, reps: 10 };

const broker = ({ ports }: TestAppliance) => `mqtt://127.0.0.1:${ports.mqtt}`;

/** Two gloves that know their hand, one on the broker and one that calls in with frames on its line. */
async function twoGloves(venue: TestAppliance, nowUs: () => number) {
  const { username, password } = await aUser(venue, 'glove');
  const [left, right] = (['left', 'right'] as const).map((hand, seed) =>
    createGlove({
      ...{ name: hand === 'left' ? username : 'glove-127-0-0-31', seed, hand, calibrated: true },
      format: hand === 'left' ? 'frame' : 'cobs',
    }),
  );
  if (left === undefined || right === undefined) throw new Error('two hands');
  const links: GloveLink[] = [
    connectMqttGlove({
      ...{ glove: left, broker: broker(venue), site: 'labs', secret: password, keepAliveSeconds: 0 },
    }),
    connectTcpGlove(right, { host: '127.0.0.1', port: venue.ports.gloves ?? 0, from: '127.0.0.31' }),
  ];
  await Promise.all(links.map(({ ready }) => ready));
  const living = setInterval(() => {
    for (const { glove, carry } of links) carry(glove.step(nowUs()));
  }, 5);
  onTestFinished(() => clearInterval(living));
  return {
    gloves: [left, right],
    async stop(): Promise<void> {
      clearInterval(living);
      for (const { glove, carry } of links) carry(glove.finish(nowUs()));
      await Promise.all(links.map(({ stop }) => stop()));
    },
  };
}
type TwoGloves = Awaited<ReturnType<typeof twoGloves>>;

/** What one hand did, part by part. */
type Done = readonly { readonly performance: Performance; readonly us: number }[];

/** A rig that lights a lamp a few times, then has the guest open and close the hands. */
function aLampRig(venue: TestAppliance, rig: RigAtStation, { gloves }: TwoGloves, clock: PacedClock) {
  const deviceNow = () => startsAt + clock.monotonic() + rigErrsMs;
  const nowUs = () => (startsAt + clock.monotonic()) * 1_000;
  const spool = createRigSpool(deviceNow);
  const loaded = Promise.withResolvers<void>();
  const wire = connectRig(
    {
      identity: {
        ...{ broker: broker(venue), site: 'labs', kind: 'rig', name: rig.username, secret: rig.password },
        keepAliveSeconds: 0,
      },
      ...{ url: venue.url, deviceNow },
    },
    {
      onCommand({ command_id, name }) {
        if (name === 'load_game') loaded.resolve();
        return { command_id, ok: true };
      },
      allTold: async () => {
        while (spool.count() > 0) await spool.changed();
      },
      playing: () => spool.playing?.gameId ?? null,
    },
  );
  const seconds = (venueSeconds: number) => delay((venueSeconds * 1_000) / pace);
  let telling = Promise.resolve();
  /** One event after the other. */
  function tellAll(): Promise<void> {
    telling = telling.then(async () => {
      for (let event = spool.first(); event !== undefined; event = spool.first()) {
        await wire.tell(event);
        spool.told();
      }
    });
    return telling;
  }
  /** Each hand does something from now on; answers what. */
  const wear = (phases: readonly Phase[]) =>
    gloves.map((glove, seed) => {
      const performance = createPerformance({ seed: 40 + seed, hand: glove.hand, ability, phases });
      const since = nowUs();
      glove.wear(performance, since);
      return { performance, done: () => ({ performance, us: nowUs() - since }) };
    });

  return {
    /** A whole turn; answers what each hand did. */
    async play(game: Game, { signals, reps }: typeof turn): Promise<readonly Done[]> {
      await loaded.promise;
      spool.playing = { gameId: game.id, attraction: 'glove', left: 0 };
      spool.add({ type: 'started', game_id: game.id });
      const waiting = wear([{ do: 'rest', seconds: 600 }]);
      await tellAll();
      wire.say();
      for (let signal = 0; signal < signals; signal += 1) {
        await seconds(1.5 + 0.1 * (signal % 3));
        for (const glove of gloves) glove.see(nowUs());
        spool.add({ type: 'cue', game_id: game.id, data: { signal: 'lamp' } });
        void tellAll();
      }
      await seconds(1.5);
      const waited = waiting.map(({ done }) => done());
      const moving = wear([
        { do: 'reps', count: reps },
        { do: 'rest', seconds: 600 },
      ]);
      await seconds((reps * 60) / ability.cadence + 1);
      const moved = moving.map(({ done }) => done());
      spool.add({ type: 'completed', game_id: game.id, result: { score: 700 } });
      spool.playing = null;
      await tellAll();
      wire.say();
      return [0, 1].map((hand) => [waited[hand], moved[hand]].filter((part) => part !== undefined));
    },
    leave: wire.leave,
  };
}

/** Signs up at a tablet, waits, is called, and is confirmed at the rig. */
async function called(venue: TestAppliance, who: object, stationId: string): Promise<Game> {
  const asTablet = { as: 'mlbtablet' as const };
  const made = await venue.post('/games', { ...asTablet, body: { ...who, attraction: 'glove' } });
  const id = made.body.id;
  await venue.post(`/games/${id}/queue`, asTablet);
  await venue.post('/api/queue/call-next', { as: 'user', body: { attraction: 'glove' } });
  const confirmed = await venue.post(`/games/${id}/confirm`, {
    ...asTablet,
    body: { station_id: stationId },
  });
  expect(confirmed).toMatchObject({ status: 200, body: { state: 'confirmed', station_id: stationId } });
  return confirmed.body;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
};
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Of each finger, the 95th less the 5th percentile of its curl over all that a hand did. */
function romOf(done: Done): number[] {
  const pose = aPose();
  const seen: number[][] = fingers.map(() => []);
  for (const { performance, us } of done) {
    for (let at = 0; at < us; at += 10_000) {
      performance.at(at, pose);
      for (const [finger, curls] of seen.entries()) curls.push(pose.curls[finger] ?? 0);
    }
  }
  return seen.map((curls) => {
    const sorted = curls.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    return at(0.95) - at(0.05);
  });
}

test('what two gloves and a lamp measure of a guest who agrees is what the hands did, and reaches the phone; of another nothing is kept', async () => {
  const directory = aTemporaryDirectory();
  const clock = createPacedClock(startsAt);
  clock.setPace(pace);
  const venue = await aTestAppliance({
    ...{ directory, clock },
    environment: { DUGOUT_GLOVE_TCP_PORT: '0' },
  });
  let isUp = true;
  onTestFinished(() => (isUp ? venue.stop() : undefined));
  const nowUs = () => (startsAt + clock.monotonic()) * 1_000;
  const seat = await aRigAtStation(venue, 'glove');
  const pair = await twoGloves(venue, nowUs);
  for (const { name, hand } of pair.gloves) {
    const body = { station_id: seat.station.id, hand };
    await until(async () => (await venue.patch(`/api/gloves/${name}`, { as: 'user', body })).status === 200);
  }
  const play = async (who: object, what: typeof turn) => {
    const rig = aLampRig(venue, seat, pair, clock);
    const game = await called(venue, who, seat.station.id);
    const done = await rig.play(game, what);
    await rig.leave();
    return { game, done };
  };

  const stranger = await play(
    { player: { name: 'Ben', consent: { sensor: false } } },
    { signals: 0, reps: 2 },
  );
  const phone = createPhone({ url: venue.url, username: 'ana', password: testPassword });
  const playerId = await phone.signUp('Ana');
  await phone.signIn();
  const { game, done } = await play({ player_id: playerId }, turn);
  const told = await phone.reconciled(game.id);
  const reply = await venue.get(`/api/games/${game.id}/progress`, { as: 'user' });
  expect(reply.body).toMatchObject({
    ...{ state: 'done', code: null, hand: 'both', comparable: true },
    processing_event_id: told.processingEventId,
  });

  const { metrics } = reply.body;
  const exercises = done.map((parts) => parts[1]?.performance.truth);
  const reactions = done.map((parts) =>
    median((parts[0]?.performance.truth.reactions ?? []).map(({ reactionMs }) => reactionMs)),
  );
  expect(done.map((parts) => parts[0]?.performance.truth.reactions.length)).toEqual([
    turn.signals,
    turn.signals,
  ]);
  const { clock: rigClock } = await deviceNamed(venue, seat.username);
  expect(rigClock).toMatchObject({ source: 'measured', is_off: true });
  expect(Math.abs(metrics.reaction_time.value - mean(reactions))).toBeLessThan(
    tolerances.reactionMs + (rigClock?.round_trip_ms ?? 0) / 2,
  );
  expect(metrics.reps.value).toBe(2 * turn.reps);
  expect(Math.abs(metrics.cadence.value - mean(exercises.map((truth) => truth?.cadence ?? 0)))).toBeLessThan(
    tolerances.cadence,
  );
  const roms = done.map(romOf);
  for (const [index, finger] of fingers.entries()) {
    const expected = mean(roms.map((rom) => rom[index] ?? 0));
    expect(Math.abs(metrics[`rom_${finger}`].value - expected)).toBeLessThan(tolerances.rom);
  }

  const { items: sessions } = (await venue.get(`/api/sessions?game_id=${game.id}`, { as: 'user' })).body;
  expect(sessions.map(({ state, lost }: { state: string; lost: number }) => [state, lost])).toEqual([
    ['closed', 0],
    ['closed', 0],
  ]);
  expect((await venue.get(`/api/games/${stranger.game.id}/progress`, { as: 'user' })).body.code).toBe(
    'no_sensor_data',
  );
  await pair.stop();
  await venue.stop();
  isUp = false;
  const streams = new Sqlite(join(directory, 'streams.db'), { readonly: true });
  const kept = streams
    .prepare('SELECT stream_id FROM chunks UNION SELECT stream_id FROM frames')
    .pluck()
    .all();
  streams.close();
  expect(kept.toSorted()).toEqual(sessions.map(({ id }: { id: string }) => id).toSorted());
});
