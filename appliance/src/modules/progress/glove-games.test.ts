import { afterAll, describe, expect, test } from 'vitest';
import { encodeFrame } from '../../../contract/glove-frame.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aPhonePlayer } from '../../testing/phone-games.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { connectDevice } from '../../testing/test-rigs.ts';
import { aUser } from '../../testing/test-users.ts';

/** A second of a glove's time is one of the venue's: measuring takes no longer than sending. */
const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

const rateHz = 100;
const channels = 5;

/** A calibrated glove at the station of a game, and a hand in it that opens and closes 0.8 times a second. */
async function aGloveAt(stationId: string) {
  const credentials = await aUser(venue, 'glove');
  const device = await connectDevice(venue, credentials, { kind: 'glove' });
  const topic = `dugout/v1/labs/glove/${credentials.username}/stream`;
  let seq = 0;
  return {
    async measure(seconds: number, { deviceAuto = false } = {}): Promise<void> {
      for (const until = seq + seconds * rateHz; seq < until; seq += 50) {
        const values = Int16Array.from({ length: 50 * channels }, (_, at) => {
          const time = (seq + Math.floor(at / channels)) / rateHz;
          return Math.round(10_000 * (0.5 - 0.5 * Math.cos(2 * Math.PI * 0.8 * time)));
        });
        const flags = { calibrated: true, deviceAuto, left: false };
        const t0Us = 1_000_000 + seq * 10_000;
        const frame = { flags, seq, t0Us, dtUs: 10_000, count: 50, layoutId: 5, channels, values };
        await device.client.publishAsync(topic, Buffer.from(encodeFrame(frame)), { qos: 1 });
        await clock.advance(500);
      }
    },
    async settle(hand: 'left' | 'right' = 'right'): Promise<void> {
      const path = `/api/gloves/${credentials.username}`;
      await until(async () => (await venue.get(path, { as: 'user' })).status === 200);
      const placed = await venue.patch(path, { as: 'user', body: { station_id: stationId, hand } });
      expect(placed.status).toBe(200);
    },
  };
}

const progressOf = (id: string) => venue.get(`/api/games/${id}/progress`, { as: 'user' });

test('a game that a glove measured is analysed when it is over, whatever sleeps beside it', async () => {
  const player = { consent: { sensor: true } };
  const game = await aGame(venue, 'confirmed', { attraction: 'glove', player });
  const glove = await aGloveAt(game.station_id ?? '');
  await (await aGloveAt(game.station_id ?? '')).settle('left');
  await glove.measure(1);
  await glove.settle();
  await act(venue, game.id, 'play');
  await glove.measure(20);
  expect((await progressOf(game.id)).status).toBe(404);
  expect((await act(venue, game.id, 'complete', { body: { score: 7 } })).status).toBe(200);
  let reply = await progressOf(game.id);
  expect([200, 202]).toContain(reply.status);
  await until(async () => {
    reply = await progressOf(game.id);
    return reply.status === 200;
  });
  expect(reply.body).toMatchObject({ state: 'done', code: null, hand: 'right', comparable: true });
  expect(reply.body.metrics.rom_ring.value).toBeCloseTo(0.986, 1);
  expect(reply.body.metrics.cadence.value).toBeCloseTo(48, 0);
});

test('a game of which its glove measured nothing says so, and leaves nothing for staff to see to', async () => {
  const game = await aGame(venue, 'confirmed', {
    attraction: 'glove',
    player: { consent: { sensor: true } },
  });
  await (await aGloveAt(game.station_id ?? '')).settle();
  await act(venue, game.id, 'play');
  await act(venue, game.id, 'complete', { body: { score: 7 } });
  await until(async () => (await progressOf(game.id)).body.state === 'failed');
  expect((await progressOf(game.id)).body).toMatchObject({ state: 'failed', code: 'no_samples' });
  expect((await venue.get('/api/jobs?state=dead', { as: 'user' })).body.items).toEqual([]);
});

test('a game whose end is taken back is analysed anew when it is over again, with all of it', async () => {
  const player = { consent: { sensor: true } };
  const game = await aGame(venue, 'confirmed', { attraction: 'glove', player });
  const glove = await aGloveAt(game.station_id ?? '');
  await glove.measure(1);
  await glove.settle();
  await act(venue, game.id, 'play');
  const complete = () => act(venue, game.id, 'complete', { body: { score: 7 } });
  const done = async (reps: number) => {
    await until(async () => (await progressOf(game.id)).body.metrics?.reps.value === reps);
    return (await progressOf(game.id)).body.processing_event_id;
  };
  await glove.measure(10);
  await complete();
  const first = await done(8);
  await act(venue, game.id, 'undo');
  await glove.measure(10);
  await complete();
  expect(await done(16)).toBe(first);
});

describe('what a player was told of a game', () => {
  const complete = (id: string) => act(venue, id, 'complete', { body: { score: 7 } });

  async function aGameOfAPlayer() {
    const player = await aPhonePlayer(venue);
    const body = { player_id: player.id, attraction: 'glove' };
    const { id } = (await venue.post('/api/games', { as: 'user', body })).body;
    for (const action of ['queue', 'recall', 'confirm'] as const) await act(venue, id, action);
    const { station_id } = (await venue.get(`/api/games/${id}`, { as: 'user' })).body;
    const glove = await aGloveAt(station_id);
    await glove.measure(1);
    await glove.settle();
    await act(venue, id, 'play');
    await glove.measure(5);
    await complete(id);
    const events = async () => (await venue.get('/api/me/events', { as: player.as })).body.items;
    const told = (count: number) => until(async () => (await events()).length === count);
    await told(1);
    return { id, player, glove, events, told };
  }

  test('is taken back with its end when it comes to no other, and told when it is played again', async () => {
    const { id, player, glove, events, told } = await aGameOfAPlayer();
    const series = async () => (await venue.get('/api/me/progress', { as: player.as })).body.series;
    expect(await series()).toHaveLength(1);
    await act(venue, id, 'undo');
    await act(venue, id, 'abort');
    expect(await series()).toEqual([]);
    expect(await events()).toMatchObject([{ withdrawn: true }]);
    expect((await progressOf(id)).body).toMatchObject({ state: 'failed', code: 'recording_gone' });
    const { deleted } = (await venue.get('/api/me/sync', { as: player.as })).body;
    expect(deleted).toEqual([{ kind: 'progress', id }]);

    await act(venue, id, 'play');
    await glove.measure(5);
    await complete(id);
    await told(2);
    expect(await series()).toHaveLength(1);
    expect((await events())[1]).toMatchObject({ type: 'reconciliation', status: 'not_enough_data' });
  });

  test('is all gone when it is erased, also what was seen otherwise before', async () => {
    const { id, player, glove, events, told } = await aGameOfAPlayer();
    await act(venue, id, 'undo');
    await glove.measure(5, { deviceAuto: true });
    await complete(id);
    await told(2);
    expect(await events()).toMatchObject([{ status: 'not_enough_data' }, { status: 'not_comparable' }]);
    await venue.delete(`/api/players/${player.id}/sensor-data`, { as: player.as });
    expect(await events()).toMatchObject([{ withdrawn: true }, { withdrawn: true }]);
  });
});

test('a game of somebody who does not agree to be measured is not', async () => {
  const game = await aGame(venue, 'confirmed', { attraction: 'glove' });
  const glove = await aGloveAt(game.station_id ?? '');
  await glove.measure(1);
  await glove.settle();
  await act(venue, game.id, 'play');
  await glove.measure(2);
  await act(venue, game.id, 'complete', { body: { score: 7 } });
  expect(await progressOf(game.id)).toMatchObject({ status: 404, body: { code: 'no_sensor_data' } });
});
