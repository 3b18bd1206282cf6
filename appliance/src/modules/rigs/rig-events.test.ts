import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RigEvent, RigEventPayload } from '../../../contract/rigs.ts';
import { Problem } from '../../platform/errors.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { act, aResult } from '../../testing/test-games.ts';
import {
  actionsOf,
  aRigAtStation,
  aSpool,
  confirmedAt,
  connectDevice,
  deviceNamed,
  outcomesOf,
  type RigAtStation,
  readGame,
} from '../../testing/test-rigs.ts';
import { eventPage } from './rigs-store.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

let rig: RigAtStation;
beforeAll(async () => {
  rig = await aRigAtStation(venue);
});

const setUp = async () => {
  const game = await confirmedAt(venue, rig);
  return { game, device: await connectDevice(venue, rig), spool: aSpool(game.id) };
};

describe('a game at a rig', () => {
  test('is played as the rig tells, and acknowledged when it is stored', async () => {
    const { game, device, spool } = await setUp();
    await device.tell(spool.started());
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'playing', station_id: rig.station.id });
    await device.tell(spool.progress(400));
    await device.tell(spool.hit());
    await device.tell(spool.completed());
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'completed', ...aResult, notice: null });
    expect(await outcomesOf(venue, game.id)).toEqual([
      'started applied',
      'progress applied',
      'hit applied',
      'completed applied',
    ]);
    const { items } = (await venue.get(`/api/rig-events?game_id=${game.id}`, { as: 'user' })).body;
    expect(items[1]).toMatchObject({ type: 'hit', data: { data: { exit_speed_mps: 40.5 } } });
  });

  test('is given back when the rig aborts it, and played again', async () => {
    const { game, device, spool } = await setUp();
    await device.tell(spool.started());
    await device.tell(spool.aborted());
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'confirmed', played_at: null });
    await device.tell(spool.started());
    await device.tell(spool.completed());
    expect(await actionsOf(venue, game.id)).toEqual([
      'create',
      'confirm',
      'play',
      'abort',
      'play',
      'complete',
    ]);
  });

  test('counts once, whether told by HTTP, by events, or both', async () => {
    const { game, device, spool } = await setUp();
    const credentials = { as: rig };
    await act(venue, game.id, 'play', credentials);
    await device.tell(spool.started());
    await act(venue, game.id, 'complete', credentials);
    await device.tell(spool.completed());
    expect(await outcomesOf(venue, game.id)).toEqual(['started applied', 'completed applied']);
    expect(await actionsOf(venue, game.id)).toEqual(['create', 'confirm', 'play', 'complete']);

    const second = await confirmedAt(venue, rig);
    const other = aSpool(second.id);
    await device.tell(other.completed());
    expect(await act(venue, second.id, 'complete', credentials)).toMatchObject({ status: 409 });
    expect(await actionsOf(venue, second.id)).toEqual(['create', 'confirm', 'play', 'complete']);
  });

  test('without a station is played by the rig that takes it, and by no other', async () => {
    const device = await connectDevice(venue, rig);
    const other = await connectDevice(venue, await aRigAtStation(venue));
    const inService = async (in_service: boolean) => {
      const { items } = (await venue.get('/api/stations', { as: 'user' })).body as {
        items: { id: string }[];
      };
      for (const { id } of items)
        await venue.patch(`/api/stations/${id}`, { as: 'user', body: { in_service } });
    };
    const made = await venue.post('/api/games', { as: 'user', body: { player: { name: 'Ana' } } });
    const { id } = made.body;
    await inService(false);
    await act(venue, id, 'confirm', { body: { override: true } });
    await inService(true);
    expect((await readGame(venue, id)).station_id).toBeNull();
    const spool = aSpool(id);
    await device.tell(spool.started());
    await other.tell(aSpool(id).completed());
    expect(await readGame(venue, id)).toMatchObject({ state: 'playing', station_id: rig.station.id });
    await device.tell(spool.completed());
    expect(await readGame(venue, id)).toMatchObject({ state: 'completed' });
  });
});

test('an event is acknowledged when it is stored, not before', async () => {
  const game = await confirmedAt(venue, await aRigAtStation(venue));
  const handle = venue.topics.find(({ name }) => name === 'rig_event')?.handle;
  const identity = { name: 'mlbvrgame', role: 'rig', userId: crypto.randomUUID() } as const;
  const message = { params: { id: 'mlbvrgame' }, identity, receivedAt: 0, retain: false };
  await handle?.({ ...message, payload: aSpool(game.id).hit() });
  const stored = venue.database.now.all(
    eventPage({ game_id: game.id, device: undefined, outcome: undefined }),
    { game_id: game.id, device: '', outcome: 'applied', before: 'g', limit: 2 },
  );
  expect(stored).toHaveLength(1);
});

describe('an event that does not fit', () => {
  test('is kept with what came of it, shown to staff, and harms nobody', async () => {
    const { game, device, spool } = await setUp();
    await device.tell(spool.completed({ score: 5 }));
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'confirmed', notice: 'result_conflict' });
    await device.tell(spool.completed());
    await device.tell(spool.completed({ score: 7, distance: 1, homeruns: 0 }));
    await device.tell(spool.started());
    await device.tell(spool.aborted());
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'completed', ...aResult });
    expect(await outcomesOf(venue, game.id)).toEqual([
      'completed conflict result_incomplete',
      'completed applied',
      'completed conflict other_result',
      'started late game_completed',
      'aborted late game_completed',
    ]);
    const conflicts = await venue.get('/api/rig-events?outcome=conflict&limit=1', { as: 'user' });
    expect(conflicts.body.items[0]).toMatchObject({ game_id: game.id, code: 'other_result' });
    expect(device.client.connected).toBe(true);
  });

  test('because the game was cancelled, is another rig’s, or is nobody’s', async () => {
    const { game, device, spool } = await setUp();
    const other = await connectDevice(venue, await aRigAtStation(venue));
    await other.tell(aSpool(game.id).started());
    await other.tell(aSpool(game.id).completed());
    await other.tell(aSpool(game.id).hit());
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'confirmed' });
    await act(venue, game.id, 'cancel');
    await device.tell(spool.completed());
    await device.tell(spool.progress(4));
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'cancelled', score: null });
    expect(await outcomesOf(venue, game.id)).toEqual([
      'started conflict not_at_this_rig',
      'completed conflict not_at_this_rig',
      'hit ignored not_at_this_rig',
      'completed conflict game_cancelled',
      'progress ignored game_cancelled',
    ]);
    const nobody = crypto.randomUUID();
    await device.tell(aSpool(nobody).completed());
    expect(await outcomesOf(venue, nobody)).toEqual(['completed ignored unknown_game']);
  });

  test.each<[string, object]>([
    ['without a game', { type: 'started', game_id: undefined }],
    ['without a result', { type: 'completed', result: undefined }],
    ['with a negative score', { type: 'completed', result: { score: -1 } }],
    ['with a distance in words', { type: 'completed', result: { score: 1, distance: '9e999' } }],
    ['with a story', { type: 'hit', data: { text: 'x'.repeat(5_000) } }],
    ['with a type that is none', { type: 'DROP TABLE' }],
    ['with half a number', { type: 'started', seq: 1.5 }],
    ['from before time', { type: 'started', t_us: -1 }],
  ])('%s is dropped, and the rig is marked', async (_case, change) => {
    const { game, device, spool } = await setUp();
    const { refused_count } = await deviceNamed(venue, rig.username);
    const event = { ...spool.started(), ...change } as RigEventPayload;
    await device.tell(event);
    await until(async () => (await deviceNamed(venue, rig.username)).refused_count === refused_count + 1);
    expect(await outcomesOf(venue, game.id)).toEqual([]);
  });

  test('after staff took the game off the rig does not begin it anew', async () => {
    const { game, device, spool } = await setUp();
    await device.tell(spool.started());
    await act(venue, game.id, 'abort');
    await device.tell(spool.progress(5));
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'confirmed' });
    await device.tell(spool.completed());
    expect(await readGame(venue, game.id)).toMatchObject({ state: 'completed', score: 1200 });
  });
});

test('time is the venue’s: a rig a day behind, and its events of an hour ago', async () => {
  const late = await aRigAtStation(venue);
  const game = await confirmedAt(venue, late);
  const device = await connectDevice(venue, late);
  const spool = aSpool(game.id);
  const behindUs = 86_400_000_000;
  const now = Date.now();
  await device.say({ state: 'idle', game_id: null, at: new Date(now - 86_400_000).toISOString() });
  await device.tell({ ...spool.hit(), t_us: (now - 3_600_000) * 1_000 - behindUs });
  const { items } = (await venue.get(`/api/rig-events?game_id=${game.id}`, { as: 'user' })).body;
  expect(Math.abs(Date.parse(items[0].venue_at) - (now - 3_600_000))).toBeLessThan(60_000);
  expect(Date.parse(items[0].device_at)).toBe(now - 3_600_000 - 86_400_000);
  expect((await deviceNamed(venue, late.username)).clock).toMatchObject({ is_off: true });
});

test('a new run is a new series: a rig that lost its spool counts from the beginning', async () => {
  const { game, device, spool } = await setUp();
  await device.tell(spool.started());
  await device.tell(spool.aborted());
  const again = aSpool(game.id);
  await device.tell(again.started());
  await device.tell(again.completed());
  expect(await readGame(venue, game.id)).toMatchObject({ state: 'completed' });
});

test('a number used twice is a conflict that staff see, whatever it says, and never silence', async () => {
  const { game, device, spool } = await setUp();
  const started = spool.started();
  await device.tell(started);
  const completed = { ...spool.completed(), seq: started.seq };
  const before = (await deviceNamed(venue, rig.username)).refused_count;
  await device.tell(completed);
  await device.tell(completed);
  await device.tell(started);
  expect(await readGame(venue, game.id)).toMatchObject({ state: 'playing', notice: 'result_conflict' });
  expect(await outcomesOf(venue, game.id)).toEqual(['started applied', 'completed conflict seq_used_twice']);
  await until(async () => (await deviceNamed(venue, rig.username)).refused_count === before + 2);
  await device.tell(spool.completed());
  expect(await readGame(venue, game.id)).toMatchObject({ state: 'completed' });
});

test('any event is stored, equal to a stored one, or its number is seen as a conflict', async () => {
  const topic = venue.topics.find(({ name }) => name === 'rig_event');
  const author = await aRigAtStation(venue);
  const identity = { name: author.username, role: 'rig', userId: crypto.randomUUID() } as const;
  const message = { params: { id: author.username }, identity, receivedAt: 0, retain: false };
  const told = fc.record({ seq: fc.nat({ max: 2 }), speed: fc.nat({ max: 9 }), at: fc.nat({ max: 1 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 30 }), async (all) => {
      const spools = [aSpool(crypto.randomUUID()), aSpool(crypto.randomUUID())];
      const run = crypto.randomUUID();
      const sent = all.map(({ seq, speed, at }) => ({ ...(spools[at] ?? aSpool('')).hit(speed), seq, run }));
      await Promise.allSettled(sent.map(async (payload) => topic?.handle?.({ ...message, payload })));
      const page = (await venue.get(`/api/rig-events?device=${author.username}&limit=100`, { as: 'user' }))
        .body;
      const rows: RigEvent[] = page.items.filter((row: RigEvent) => row.run === run);
      for (const { seq, game_id, data } of sent) {
        const same = rows.filter((row) => row.seq === seq);
        const isKept = same.some(
          (row) =>
            row.game_id === game_id &&
            row.data.data !== undefined &&
            JSON.stringify(row.data.data) === JSON.stringify(data),
        );
        const isSeen = same.filter(({ code }) => code === 'seq_used_twice').length >= 5;
        expect(isKept || isSeen).toBe(true);
        expect(same.filter(({ code }) => code !== 'seq_used_twice')).toHaveLength(1);
        expect(same.length).toBeLessThanOrEqual(6);
      }
    }),
    { numRuns: 25 },
  );
});

describe('a rig that tells too much', () => {
  const flood = async (at: TestAppliance, events: RigEventPayload[]) => {
    const topic = at.topics.find(({ name }) => name === 'rig_event');
    const identity = { name: 'mlbvrgame', role: 'rig', userId: crypto.randomUUID() } as const;
    const told = events.map(async (payload) =>
      topic?.handle?.({ params: { id: 'mlbvrgame' }, payload, identity, receivedAt: 0, retain: false }),
    );
    const refused = (await Promise.allSettled(told)).filter((outcome) => outcome.status === 'rejected');
    return refused.map(({ reason }) => (reason instanceof Problem ? reason.kind.code : String(reason.name)));
  };

  const dropped = (count: number) => Array.from({ length: count }, () => 'too_many_events');

  test('loses chatter and never what moves a game, and is heard again after a while', async () => {
    const clock = createFakeClock();
    const at = await aTestAppliance({ clock });
    onTestFinished(at.stop);
    const spool = aSpool(crypto.randomUUID());
    expect(await flood(at, Array.from({ length: 3_100 }, spool.hit))).toEqual(dropped(100));
    expect(await flood(at, [spool.started(), spool.completed()])).toEqual([]);
    await clock.advance(1_000);
    expect(await flood(at, Array.from({ length: 30 }, spool.hit))).toEqual(dropped(10));
    // Not refused but unanswered: the connection is closed, and the rig tells them again.
    const moves = await flood(at, Array.from({ length: 400 }, spool.started));
    expect(moves).toEqual(Array.from({ length: 100 }, () => 'TooFast'));
  });
});

test('repeated and in whatever order, the real thing ends where the rig’s log ends', async () => {
  const topic = venue.topics.find(({ name }) => name === 'rig_event');
  // Several, because one alone would rightly be told that it moves games too fast.
  const rigs = [rig, await aRigAtStation(venue), await aRigAtStation(venue)];
  let run = 0;
  const orders = fc.record({
    turns: fc.integer({ min: 0, max: 2 }),
    end: fc.constantFrom('completed' as const, 'aborted' as const, 'started' as const),
    order: fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
  });
  const ends = { completed: 'completed', aborted: 'confirmed', started: 'playing' } as const;
  await fc.assert(
    fc.asyncProperty(orders, async ({ turns, end, order }) => {
      const player = rigs[run % rigs.length] ?? rig;
      run += 1;
      const identity = { name: player.username, role: 'rig', userId: crypto.randomUUID() } as const;
      const game = await confirmedAt(venue, player);
      const spool = aSpool(game.id);
      const log: RigEventPayload[] = [];
      for (let turn = 0; turn < turns; turn += 1)
        log.push(spool.started(), spool.progress(turn), spool.hit(), spool.aborted());
      log.push(spool.started(), spool.hit());
      if (end !== 'started') log.push(spool[end]());
      const arrivals = [...log, ...order.map((index) => log[index % log.length])]
        .map((event, index) => ({ event, key: order[index % order.length] ?? 0 }))
        .toSorted((a, b) => a.key - b.key);
      const message = { params: { id: player.username }, identity, receivedAt: Date.now(), retain: false };
      await Promise.all(
        arrivals.map(({ event }) => topic?.handle?.({ ...message, payload: RigEventPayload.parse(event) })),
      );
      expect((await readGame(venue, game.id)).state).toBe(ends[end]);
      expect(await outcomesOf(venue, game.id)).toHaveLength(log.length);
      await act(venue, game.id, 'cancel');
    }),
    { numRuns: 25 },
  );
});
