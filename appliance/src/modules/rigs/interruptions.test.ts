import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aSignedInRawClient, connectPacket } from '../../testing/raw-mqtt.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { act } from '../../testing/test-games.ts';
import {
  actionsOf,
  aRigAtStation,
  aSpool,
  confirmedAt,
  connectDevice,
  deviceNamed,
  historyOf,
  readGame,
} from '../../testing/test-rigs.ts';

const windowMs = 60_000;
const settleMs = 5_000;
const graceMs = 15_000;

/** A rig in the middle of a game, on a clock that stands still. */
async function aGameUnderWay({ directory }: { directory?: string } = {}) {
  const clock = createFakeClock();
  const venue = await aTestAppliance({ clock, ...(directory === undefined ? {} : { directory }) });
  if (directory === undefined) onTestFinished(venue.stop);
  const rig = await aRigAtStation(venue);
  const game = await confirmedAt(venue, rig);
  const device = await connectDevice(venue, rig);
  const spool = aSpool(game.id);
  await device.tell(spool.started());
  await device.say({ state: 'busy', game_id: game.id });
  const read = () => readGame(venue, game.id);
  const station = async () => {
    const { items } = (await venue.get('/api/stations', { as: 'user' })).body;
    return items.find(({ id }: { id: string }) => id === rig.station.id);
  };
  const isAway = () => until(async () => (await deviceNamed(venue, rig.username)).presence === 'offline');
  const losePower = async () => {
    device.pullPlug();
    await isAway();
  };
  return { clock, venue, rig, game, device, spool, read, station, isAway, losePower };
}

describe('a rig that loses its power in the middle of a game', () => {
  test('is missed at once: the game waits for it, and staff see until when', async () => {
    const { clock, venue, game, read, station, losePower } = await aGameUnderWay();
    const before = await read();
    await losePower();
    const interrupted_until = new Date(clock.now() + windowMs).toISOString();
    expect(await read()).toEqual({ ...before, interrupted_until, notice: 'rig_lost' });
    expect(await station()).toMatchObject({ presence: 'offline', interrupted_until, notice: 'rig_lost' });
    expect((await historyOf(venue, game.id)).at(-1)).toMatchObject({
      action: 'interrupt',
      from: 'playing',
      to: 'playing',
      actor: 'appliance',
      undone: false,
    });
  });

  test('is back in time and has it: the game goes on', async () => {
    const { clock, venue, rig, game, spool, read, losePower } = await aGameUnderWay();
    await losePower();
    await clock.advance(windowMs - 1_000);
    const again = await connectDevice(venue, rig, { birth: { state: 'busy', game_id: game.id } });
    expect(await read()).toMatchObject({ state: 'playing', interrupted_until: null, notice: 'rig_resumed' });
    // The rig asked for nothing: that it goes on is the venue's conclusion.
    expect((await historyOf(venue, game.id)).at(-1)).toMatchObject({ action: 'resume', actor: 'appliance' });
    await clock.advance(2 * windowMs);
    expect(await read()).toMatchObject({ state: 'playing' });
    await again.tell(spool.completed());
    expect(await read()).toMatchObject({ state: 'completed', notice: null });
    expect(await actionsOf(venue, game.id)).toEqual([
      'create',
      'confirm',
      'play',
      'interrupt',
      'resume',
      'complete',
    ]);
  });

  test('is back in time and an event of the game says so', async () => {
    const { venue, rig, spool, read, losePower } = await aGameUnderWay();
    await losePower();
    const again = await connectDevice(venue, rig, { birth: { state: 'idle' } });
    expect(await read()).toMatchObject({ notice: 'rig_lost' });
    await again.tell(spool.hit());
    expect(await read()).toMatchObject({ interrupted_until: null, notice: 'rig_resumed' });
  });

  test('is back and brings the result: it was played to the end', async () => {
    const { clock, venue, rig, spool, read, losePower } = await aGameUnderWay();
    await losePower();
    const again = await connectDevice(venue, rig);
    await again.tell(spool.completed());
    await clock.advance(2 * windowMs);
    expect(await read()).toMatchObject({ state: 'completed', score: 1200, interrupted_until: null });
    expect(again.commands.map(({ name }) => name)).toEqual([]);
  });

  test('is back without it: after a moment for its result the guest is ready again, and the rig is told', async () => {
    const { clock, venue, rig, game, read, losePower } = await aGameUnderWay();
    await losePower();
    const again = await connectDevice(venue, rig);
    await again.say({ state: 'idle', game_id: null });
    await clock.advance(settleMs - 1);
    await again.say({ state: 'idle', game_id: null });
    expect(await read()).toMatchObject({ state: 'playing' });
    await clock.advance(1);
    expect(await read()).toMatchObject({
      state: 'confirmed',
      notice: 'rig_aborted',
      interrupted_until: null,
    });
    const load = await again.commanded('load_game');
    expect(load.args).toMatchObject({ game_id: game.id, player_name: 'Ana Pérez' });
  });

  test('does not come back: the guest keeps the turn and is ready again', async () => {
    const { clock, venue, rig, game, read, losePower } = await aGameUnderWay();
    await losePower();
    await clock.advance(windowMs - 1);
    expect(await read()).toMatchObject({ state: 'playing' });
    await clock.advance(1);
    expect(await read()).toMatchObject({
      state: 'confirmed',
      station_id: rig.station.id,
      notice: 'rig_aborted',
    });
    expect((await historyOf(venue, game.id)).at(-1)).toMatchObject({ action: 'abort', actor: 'appliance' });
    await act(venue, game.id, 'play');
    expect(await read()).toMatchObject({ notice: null });
  });

  test('and played on all the while: the result counts after the window, when nobody else has continued', async () => {
    const { clock, venue, rig, game, spool, read, losePower } = await aGameUnderWay();
    await losePower();
    await clock.advance(windowMs);
    const again = await connectDevice(venue, rig, { birth: { state: 'busy', game_id: game.id } });
    expect(await read()).toMatchObject({ state: 'playing', notice: null });
    await again.tell(spool.completed());
    expect(await read()).toMatchObject({ state: 'completed', score: 1200 });
  });

  test('and another rig has continued: the late result is kept apart, and staff see it', async () => {
    const { clock, venue, rig, game, spool, read, losePower } = await aGameUnderWay();
    const other = await aRigAtStation(venue);
    const there = await connectDevice(venue, other);
    await losePower();
    await clock.advance(windowMs);
    const body = { station_id: other.station.id };
    await act(venue, game.id, 'play', { as: other, body });
    const again = await connectDevice(venue, rig);
    await again.tell(spool.completed({ score: 1, distance: 1, homeruns: 1 }));
    expect(await read()).toMatchObject({ state: 'playing', score: null, notice: 'result_conflict' });
    await there.tell(aSpool(game.id).completed());
    expect(await read()).toMatchObject({ state: 'completed', score: 1200 });
  });

  test('waits as long as the attraction says, whatever becomes of the clock', async () => {
    const { clock, venue, read, losePower } = await aGameUnderWay();
    await venue.patch('/api/attractions/derby', { as: 'user', body: { reconnect_seconds: 10 } });
    await losePower();
    await clock.advance(3_000);
    clock.stepWall(-10_800_000);
    await clock.advance(5_000);
    clock.stepWall(21_600_000);
    await clock.advance(1_000);
    expect(await read()).toMatchObject({ state: 'playing' });
    await clock.advance(2_500);
    expect(await read()).toMatchObject({ state: 'confirmed' });
  });

  test('leaves the last step to be undone', async () => {
    const { clock, venue, game, read, losePower } = await aGameUnderWay();
    await losePower();
    expect((await read()).allowed).toContain('undo');
    expect((await act(venue, game.id, 'undo')).body).toMatchObject({
      state: 'confirmed',
      interrupted_until: null,
      notice: null,
    });
    await clock.advance(2 * windowMs);
    expect(await actionsOf(venue, game.id)).toEqual(['create', 'confirm', 'play', 'interrupt', 'undo']);
  });

  test('whose game staff complete by hand is told that it is over', async () => {
    const { venue, rig, game, spool, read, losePower } = await aGameUnderWay();
    await losePower();
    await act(venue, game.id, 'complete');
    const again = await connectDevice(venue, rig, { birth: { state: 'busy', game_id: game.id } });
    expect((await again.commanded('clear_game')).args).toEqual({ game_id: game.id });
    await again.tell(spool.completed({ score: 3, distance: 1, homeruns: 1 }));
    expect(await read()).toMatchObject({ state: 'completed', score: 1200, notice: 'result_conflict' });
  });
});

test('a rig that says good-bye is gone as well', async () => {
  const { device, read, isAway } = await aGameUnderWay();
  await device.say({ state: 'offline' });
  await device.client.endAsync();
  await isAway();
  expect(await read()).toMatchObject({ notice: 'rig_lost' });
});

test('a rig that is back before anybody missed it, and has lost the game, says so', async () => {
  const { clock, device, read } = await aGameUnderWay();
  await device.say({ state: 'idle', game_id: null });
  expect(await read()).toMatchObject({ state: 'playing', notice: 'rig_lost' });
  await clock.advance(settleMs);
  expect(await read()).toMatchObject({ state: 'confirmed', notice: 'rig_aborted' });
});

test('a rig that does not speak of games is believed: busy means that it plays, idle alone says nothing', async () => {
  const { venue, rig, device, read, losePower } = await aGameUnderWay();
  await device.say({ state: 'idle' });
  expect(await read()).toMatchObject({ notice: null });
  await losePower();
  await connectDevice(venue, rig, { birth: { state: 'busy' } });
  expect(await read()).toMatchObject({ state: 'playing', notice: 'rig_resumed' });
});

describe('when the appliance starts again', () => {
  const restart = async (setUp: Awaited<ReturnType<typeof aGameUnderWay>>, directory: string) => {
    await setUp.venue.stop();
    const venue = await aTestAppliance({ clock: setUp.clock, directory });
    onTestFinished(venue.stop);
    return { venue, read: () => readGame(venue, setUp.game.id) };
  };

  test('a rig that is back within seconds was never missed', async () => {
    const directory = aTemporaryDirectory();
    const before = await aGameUnderWay({ directory });
    const { venue, read } = await restart(before, directory);
    expect(await read()).toMatchObject({ notice: null });
    await before.clock.advance(graceMs - 1_000);
    await connectDevice(venue, before.rig, { birth: { state: 'busy', game_id: before.game.id } });
    await before.clock.advance(2 * windowMs);
    expect(await read()).toMatchObject({ state: 'playing', notice: null });
    expect(await actionsOf(venue, before.game.id)).toEqual(['create', 'confirm', 'play']);
  });

  test('a rig that is not back is missed after a grace, and has its whole window then', async () => {
    const directory = aTemporaryDirectory();
    const before = await aGameUnderWay({ directory });
    const { read } = await restart(before, directory);
    await before.clock.advance(graceMs);
    expect(await read()).toMatchObject({ state: 'playing', notice: 'rig_lost' });
    await before.clock.advance(windowMs - 1);
    expect(await read()).toMatchObject({ state: 'playing' });
    await before.clock.advance(1);
    expect(await read()).toMatchObject({ state: 'confirmed', notice: 'rig_aborted' });
  });

  test('a game that waited already waits at least the grace: its rig could not come back meanwhile', async () => {
    const directory = aTemporaryDirectory();
    const before = await aGameUnderWay({ directory });
    await before.losePower();
    await before.clock.advance(windowMs - 1_000);
    await before.venue.stop();
    await before.clock.advance(600_000);
    const venue = await aTestAppliance({ clock: before.clock, directory });
    onTestFinished(venue.stop);
    await before.clock.advance(graceMs - 1);
    expect(await readGame(venue, before.game.id)).toMatchObject({ state: 'playing' });
    await connectDevice(venue, before.rig, { birth: { state: 'busy', game_id: before.game.id } });
    expect(await readGame(venue, before.game.id)).toMatchObject({ state: 'playing', notice: 'rig_resumed' });
  });
});

test('a rig whose power is cut, so that its connection just goes silent, leaves the estimate', async () => {
  const venue = await aTestAppliance();
  onTestFinished(venue.stop);
  const { body } = await venue.post('/api/devices', {
    as: 'user',
    body: { name: 'rig-silent', kind: 'rig' },
  });
  const { items } = (await venue.get('/api/stations', { as: 'user' })).body;
  const [post] = items.filter(({ attraction }: { attraction: string }) => attraction === 'derby');
  await venue.patch(`/api/stations/${post.id}`, { as: 'user', body: { device: 'rig-silent' } });
  const topic = 'dugout/v1/labs/rig/rig-silent/state';
  const will = { topic, payload: Buffer.from('{"state":"offline"}'), qos: 1 as const, retain: true };
  const client = await aSignedInRawClient(venue.ports.mqtt, 'rig-silent', {
    ...connectPacket('rig-silent', { keepalive: 1, will }),
    password: Buffer.from(body.secret),
  });
  const estimate = async () =>
    (await venue.get('/api/attractions')).body.items.find(({ id }: { id: string }) => id === 'derby')
      .estimate;
  const acknowledged = client.next('puback');
  client.send({
    cmd: 'publish',
    topic,
    payload: '{"state":"idle","game_id":null}',
    qos: 1,
    retain: true,
    dup: false,
    messageId: 1,
  });
  await acknowledged;
  expect((await estimate()).basis).toBe('assumed');
  const silentSince = performance.now();
  await until(async () => (await estimate()).basis === 'no_station');
  const silentForMs = performance.now() - silentSince;
  // Not before one and a half of the keep-alive: half a second of it may have been used up already.
  expect(silentForMs).toBeGreaterThan(1_000);
});
