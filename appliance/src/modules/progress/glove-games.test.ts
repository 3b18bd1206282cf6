import { afterAll, expect, test } from 'vitest';
import { encodeFrame } from '../../../contract/glove-frame.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
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
    async measure(seconds: number): Promise<void> {
      for (const until = seq + seconds * rateHz; seq < until; seq += 50) {
        const values = Int16Array.from({ length: 50 * channels }, (_, at) => {
          const time = (seq + Math.floor(at / channels)) / rateHz;
          return Math.round(10_000 * (0.5 - 0.5 * Math.cos(2 * Math.PI * 0.8 * time)));
        });
        const flags = { calibrated: true, deviceAuto: false, left: false };
        const t0Us = 1_000_000 + seq * 10_000;
        const frame = { flags, seq, t0Us, dtUs: 10_000, count: 50, layoutId: 5, channels, values };
        await device.client.publishAsync(topic, Buffer.from(encodeFrame(frame)), { qos: 1 });
        await clock.advance(500);
      }
    },
    async settle(): Promise<void> {
      const path = `/api/gloves/${credentials.username}`;
      await until(async () => (await venue.get(path, { as: 'user' })).status === 200);
      const placed = await venue.patch(path, { as: 'user', body: { station_id: stationId, hand: 'right' } });
      expect(placed.status).toBe(200);
    },
  };
}

const progressOf = (id: string) => venue.get(`/api/games/${id}/progress`, { as: 'user' });

test('a game that a glove measured is analysed when it is over', async () => {
  const player = { consent: { sensor: true } };
  const game = await aGame(venue, 'confirmed', { attraction: 'glove', player });
  const glove = await aGloveAt(game.station_id ?? '');
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
