import { connectAsync } from 'mqtt';
import { afterAll, describe, expect, test } from 'vitest';
import type { CalibrationProgress } from '../../../../contract/glove-calibration.ts';
import type { GloveControlPayload } from '../../../../contract/glove-control.ts';
import { encodeFrame, knownLayout } from '../../../../contract/glove-frame.ts';
import { createFakeClock } from '../../../testing/fake-clock.ts';
import { aTestAppliance } from '../../../testing/test-appliance.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { anObedientHand, handLayout } from './testing/obedient-hand.ts';

const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
const layout = knownLayout(15, false) ?? handLayout;
const patience = { timeout: 10_000 };

const frameOf = ({ seq, dtUs, count, values, layout: { id, channels } }: SampleBlock): Buffer =>
  Buffer.from(
    encodeFrame({
      flags: { calibrated: false, deviceAuto: false, left: false },
      seq,
      t0Us: seq * dtUs,
      dtUs,
      count,
      layoutId: id,
      channels: channels.length,
      values,
    }),
  );

/** A glove on the broker whose hand does what its calibration asks. */
async function aGlove(name: string) {
  const { secret } = (await venue.post('/api/devices', { as: 'user', body: { name, kind: 'glove' } })).body;
  const broker = `mqtt://127.0.0.1:${venue.ports.mqtt}`;
  const client = await connectAsync(broker, {
    protocolVersion: 4,
    clientId: name,
    username: name,
    password: secret,
  });
  const told: GloveControlPayload[] = [];
  client.on('message', (_topic, payload) => told.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(`dugout/v1/labs/glove/${name}/control`);
  const hand = anObedientHand({ glove: name, layout });
  const path = `/api/gloves/${name}/calibration`;
  const send = async (phase: CalibrationProgress['phase'], frames: number) => {
    for (let frame = 0; frame < frames; frame += 1) {
      client.publish(`dugout/v1/labs/glove/${name}/stream`, frameOf(hand.block(phase)));
    }
    // Acknowledged after what was sent before it.
    await client.publishAsync(`dugout/v1/labs/glove/${name}/state`, '{"state":"online"}', { qos: 1 });
    await clock.advance(frames * hand.blockMs);
  };
  const progress = async (): Promise<CalibrationProgress> =>
    (await venue.get(path, { as: 'mlbtablet' })).body;
  return { name, path, client, told, send, progress };
}
const glove = await aGlove('glove-a');
afterAll(async () => {
  glove.client.end(true);
  await venue.stop();
});

async function calibrated(body: object = {}): Promise<CalibrationProgress> {
  await glove.send('raw', 5);
  expect((await venue.post(glove.path, { as: 'mlbtablet', body })).status).toBe(201);
  for (let round = 0; round < 200; round += 1) {
    const now = await glove.progress();
    if (now.phase === 'finished' || now.phase === 'failed') return now;
    await glove.send(now.phase, 8);
  }
  throw new Error('the calibration has no end');
}

describe('a calibration over HTTP', () => {
  test('of a glove on the broker, for a player who agreed', async () => {
    const player = { name: 'Ana', consent: { sensor: true }, username: 'ana', password: 'a long password' };
    const { id: player_id } = (await venue.post('/api/players', { body: player })).body;
    const finished = await calibrated({ player_id });
    expect(finished).toMatchObject({
      phase: 'finished',
      progress: 1,
      player_id,
      result: { quality: 'good' },
    });
    expect(finished.result?.channels['index']?.lo).toBeCloseTo(700 / 4_095, 2);

    const list = `/api/players/${player_id}/calibrations`;
    const { body } = await venue.get(list, { as: 'user' });
    expect(body.items).toMatchObject([
      { id: finished.id, glove: 'glove-a', player_id, method: 'guided', drift: null, ...finished.result },
    ]);
    const as = { username: 'ana', password: 'a long password' };
    expect((await venue.get(list, { as })).body).toEqual(body);
    const other = (await venue.post('/api/players', { body: { name: 'Ben' } })).body.id;
    expect((await venue.get(`/api/players/${other}/calibrations`, { as })).status).toBe(404);
  });
  test('of another player is not this one’s, and nobody’s is until there is a newer one', async () => {
    const signUp = async (name: string): Promise<string> =>
      (await venue.post('/api/players', { body: { name, consent: { sensor: true } } })).body.id;
    const [dora, eva] = [await signUp('Dora'), await signUp('Eva')];
    const { id: nobodys } = await calibrated();
    const check = async (player_id: string) => {
      await glove.send('raw', 5);
      const { status, body } = await venue.post(glove.path, {
        as: 'user',
        body: { kind: 'check', player_id },
      });
      if (status === 201) await venue.post(`${glove.path}/cancel`, { as: 'user' });
      return status === 201 ? 'checks' : body.code;
    };
    expect(nobodys).toBeDefined();
    expect(await check(dora)).toBe('checks');
    await calibrated({ player_id: eva });
    expect(await check(dora)).toBe('nothing_to_check');
    expect(await check(eva)).toBe('checks');
  });
  test('is checked, and told of by its own columns', async () => {
    const finished = await calibrated({ kind: 'check' });
    expect(finished).toMatchObject({ kind: 'check', drift: { drifted: false } });
  });
  test('is asked only for what there is', async () => {
    await glove.send('raw', 5);
    const post = (path: string, body?: object) =>
      venue.post(path, { as: 'mlbtablet', ...(body === undefined ? {} : { body }) });
    expect((await post('/api/gloves/nobody/calibration', {})).status).toBe(404);
    expect((await post('/api/gloves/mlbtablet/calibration', {})).status).toBe(404);
    expect((await venue.get('/api/gloves/nobody/calibration', { as: 'user' })).body.code).toBe(
      'no_calibration',
    );
    expect((await post(`${glove.path}/confirm`)).body.code).toBe('calibration_action_not_now');
    expect((await post(`${glove.path}/explode`)).status).toBe(404);
    expect((await post(`${glove.path}/save_travel`)).body.code).toBe('glove_takes_no_lines');
    expect((await post(glove.path, {})).status).toBe(201);
    expect((await post(glove.path, {})).body.code).toBe('calibration_under_way');
    expect((await post(`${glove.path}/cancel`)).body.phase).toBe('cancelled');
  });
  test('is nobody’s business but theirs who stand beside the glove', async () => {
    expect((await venue.get(glove.path)).status).toBe(401);
    const as = { username: 'ana', password: 'a long password' };
    for (const path of [glove.path, `/api/gloves/${glove.name}/steering`]) {
      expect((await venue.get(path, { as })).status).toBe(403);
      expect((await venue.get(path, { as: 'mlbvrgame' })).status).toBe(200);
    }
  });
});

test('a calibrated glove steers over MQTT, and is told to hurry', async () => {
  const path = `/api/gloves/${glove.name}/steering`;
  const steer = (body: object) => venue.post(path, { as: 'mlbvrgame', body });
  expect((await steer({ mode: 'pong', by: 'index' })).body).toEqual({
    glove: glove.name,
    mode: 'pong',
    by: 'index',
  });
  expect((await venue.get(path, { as: 'user' })).body.mode).toBe('pong');
  await glove.send('hold_fist', 60);
  await expect.poll(() => glove.told.filter(({ type }) => type === 'paddle').length, patience).toBe(60);
  expect(glove.told[0]).toEqual({ type: 'batch', samples: 2 });
  expect(glove.told.findLast(({ type }) => type === 'paddle')).toMatchObject({ y: expect.closeTo(1, 1) });
  await steer({ mode: 'off' });
  await expect.poll(() => glove.told.at(-1), patience).toEqual({ type: 'batch', samples: 5 });
  expect((await steer({ mode: 'tennis' })).status).toBe(422);
});
