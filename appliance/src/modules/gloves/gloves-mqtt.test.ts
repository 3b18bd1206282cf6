import { connectAsync } from 'mqtt';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { decodeFrame, encodeFrame, type GloveFrame } from '../../../contract/glove-frame.ts';
import type { Glove } from '../../../contract/gloves.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { connectDevice } from '../../testing/test-rigs.ts';
import { aUser, type Credentials } from '../../testing/test-users.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const gloveNamed = async (name: string, at = venue): Promise<Glove> =>
  (await at.get(`/api/gloves/${name}`, { as: 'user' })).body;

const topicOf = ({ username }: Credentials, aspect: string) => `dugout/v1/labs/glove/${username}/${aspect}`;

function aFrame(seq: number, more: Partial<GloveFrame> = {}): GloveFrame {
  const { count = 5, channels = 15 } = more;
  return {
    flags: { calibrated: false, deviceAuto: false, left: false },
    seq,
    t0Us: 1_000_000 + seq * 10_000,
    dtUs: 10_000,
    count,
    layoutId: channels,
    channels,
    values: Int16Array.from({ length: count * channels }, (_, at) => seq * 31 + at * 7),
    ...more,
  };
}

async function aGlove() {
  const credentials = await aUser(venue, 'glove');
  const device = await connectDevice(venue, credentials, {
    kind: 'glove',
    birth: { state: 'online', battery: 0.8, firmware: '1.2' },
  });
  const send = async (bytes: Uint8Array) => {
    await device.client.publishAsync(topicOf(credentials, 'stream'), Buffer.from(bytes));
  };
  const describeIt = (meta: object) =>
    device.client.publishAsync(topicOf(credentials, 'meta'), JSON.stringify(meta), { qos: 1, retain: true });
  /** What is sent after it has been taken. */
  const settle = () => device.say({ state: 'online', battery: 0.8, firmware: '1.2' });
  return { ...credentials, device, send, describeIt, settle };
}

describe('a glove over MQTT', () => {
  test('is known, counted and shown to whoever may look; what it repeats is counted once', async () => {
    const glove = await aGlove();
    for (const seq of [0, 5, 10, 5, 20]) await glove.send(encodeFrame(aFrame(seq)));
    await glove.settle();
    await until(async () => (await gloveNamed(glove.username)).way === 'mqtt');
    expect(await gloveNamed(glove.username)).toMatchObject({
      presence: 'online',
      battery: 0.8,
      firmware: '1.2',
      wire: 'frame',
      glove_class: 'frame-15',
      device_auto: false,
      layout: { id: 15 },
      health: { condition: 'streaming', samples: 20, lost: 5, gaps: 1, duplicates: 1, rejected: 0, runs: 1 },
    });
  });

  test('is not believed what cannot be read: each is counted under what is wrong with it', async () => {
    const glove = await aGlove();
    const before = (await venue.get('/api/gloves/counts', { as: 'user' })).body.wires.frame;
    const whole = encodeFrame(aFrame(0));
    await glove.send(whole.subarray(0, 20));
    await glove.send(Uint8Array.from(whole, (byte, at) => (at === 0 ? byte ^ 1 : byte)));
    await glove.send(whole.subarray(0, -1));
    // It claims to hold 65 535 samples.
    await glove.send(Uint8Array.from(whole, (byte, at) => (at === 20 || at === 21 ? 255 : byte)));
    await glove.send(encodeFrame(aFrame(0, { channels: 7 })));
    await glove.send(whole);
    await glove.settle();
    const rejected_by_code = {
      frame_too_short: 1,
      frame_magic: 1,
      frame_length: 2,
      frame_layout: 1,
    };
    expect(await gloveNamed(glove.username)).toMatchObject({
      health: { samples: 5, rejected: 5, rejected_by_code },
    });
    const after = (await venue.get('/api/gloves/counts', { as: 'user' })).body.wires.frame;
    expect(after.accepted - before.accepted).toBe(1);
    expect(after.rejected - before.rejected).toBe(5);
    const metrics = (await venue.get('/metrics')).body.toString();
    expect(metrics).toMatch(/^dugout_glove_rejected [5-9]$/mu);
    expect(metrics).toMatch(/^dugout_glove_samples [1-9]\d*$/mu);
  });

  test('tells what it is once, in more words than we know, and is known by it while it sleeps', async () => {
    const glove = await aGlove();
    await glove.describeIt({
      layout_id: 77,
      channels: ['thumb', { name: 'index', unit: '1', scale: 0.001, made_of: 'rubber' }, 'gx'],
      hand: 'left',
      rate_hz: 120,
      analog_max: 1_023,
      glove_class: 'Prime',
      firmware: 'meta-1',
      colour: 'green',
      offset: 'as we like it',
    });
    await glove.send(encodeFrame(aFrame(0, { channels: 3, layoutId: 77 })));
    await glove.settle();
    glove.device.pullPlug();
    await until(async () => (await gloveNamed(glove.username)).presence === 'offline');
    expect(await gloveNamed(glove.username)).toMatchObject({
      hand: 'left',
      rate_hz: 120,
      analog_max: 1_023,
      glove_class: 'Prime',
      firmware: 'meta-1',
      layout: {
        id: 77,
        channels: [
          { name: 'thumb', scale: 1 / 1_023 },
          { name: 'index', scale: 0.001, offset: 0 },
          { name: 'gx', unit: 'rad/s' },
        ],
      },
      health: { samples: 5 },
    });
  });

  test('that says nonsense of itself is believed the rest', async () => {
    const glove = await aGlove();
    await glove.describeIt({ hand: 'both', channels: 'many', analog_max: -4, rate_hz: 100 });
    expect(await gloveNamed(glove.username)).toMatchObject({ hand: null, layout: null, rate_hz: 100 });
  });

  test('goes on with its own run when its row is written: a first frame changes what is known of it', async () => {
    const glove = await aGlove();
    await glove.describeIt({ channels: ['thumb', 'index', 'middle', 'ring', 'pinky'] });
    for (let seq = 0; seq < 50; seq += 5) {
      await glove.send(encodeFrame(aFrame(seq, { channels: 5, layoutId: 3 })));
      await glove.settle();
    }
    expect(await gloveNamed(glove.username)).toMatchObject({
      wire: 'frame',
      health: { samples: 50, runs: 1, lost: 0 },
    });
  });
});

describe('what a glove is told', () => {
  test('force and vibration reach it as JSON on its control topic, and others may look', async () => {
    const glove = await aGlove();
    const heard: unknown[] = [];
    glove.device.client.on('message', (topic, payload) => {
      if (topic.endsWith('/control')) heard.push(JSON.parse(payload.toString()));
    });
    await glove.device.client.subscribeAsync(topicOf(glove, 'control'));
    const body = {
      force: [0, 0.25, 0.5, 0.75, 1],
      vibration: { frequency: 0.5, duration: 1, amplitude: 0.2 },
    };
    expect(await venue.post(`/api/gloves/${glove.username}/feedback`, { as: 'user', body })).toMatchObject({
      status: 204,
    });
    await until(async () => heard.length === 2);
    expect(heard).toEqual([
      { type: 'force', force: body.force },
      { type: 'vibration', ...body.vibration },
    ]);
  });

  test('nothing, when it is not there; nothing out of bounds; and by staff alone', async () => {
    const { username } = await aUser(venue, 'glove');
    const path = `/api/gloves/${username}/feedback`;
    const force = [1, 1, 1, 1, 1];
    expect(await venue.post(path, { as: 'user', body: { force } })).toMatchObject({
      status: 409,
      body: { code: 'glove_away' },
    });
    expect((await venue.post(path, { as: 'user', body: { force: [2, 0, 0, 0, 0] } })).status).toBe(422);
    expect((await venue.post(path, { as: 'user', body: {} })).status).toBe(422);
    expect((await venue.post(path, { as: 'mlbtablet', body: { force } })).status).toBe(403);
    expect((await venue.post('/api/gloves/nobody/feedback', { as: 'user', body: { force } })).status).toBe(
      404,
    );
  });
});

test('the stream of a glove may be followed by screens, and no glove speaks for another', async () => {
  const glove = await aGlove();
  const other = await aUser(venue, 'glove');
  const screen = await aUser(venue, 'screen');
  const client = await connectAsync(`mqtt://127.0.0.1:${venue.ports.mqtt}`, {
    protocolVersion: 4,
    clientId: screen.username,
    ...screen,
  });
  onTestFinished(() => void client.end(true));
  await client.subscribeAsync(topicOf(glove, 'stream'));
  const heard: Buffer[] = [];
  client.on('message', (_topic, payload) => heard.push(payload));
  const stranger = await connectDevice(venue, other, { kind: 'glove', birth: { state: 'online' } });
  await stranger.client.publishAsync(topicOf(glove, 'stream'), Buffer.from(encodeFrame(aFrame(100))));
  await glove.send(encodeFrame(aFrame(0)));
  await until(async () => heard.length > 0);
  expect(decodeFrame(heard[0] ?? Buffer.alloc(0))).toMatchObject({ ok: true, frame: { seq: 0, count: 5 } });
  expect(await gloveNamed(other.username)).toMatchObject({ health: null });
});

test('what staff decide of a glove', async () => {
  const glove = await aGlove();
  await glove.send(encodeFrame(aFrame(0, { flags: { calibrated: true, deviceAuto: true, left: true } })));
  await glove.settle();
  await until(async () => (await gloveNamed(glove.username)).hand === 'left');
  expect(await gloveNamed(glove.username)).toMatchObject({ device_auto: true, device_auto_set: null });
  const station = await venue.post('/api/stations', {
    as: 'user',
    body: { name: 'Seat 7', attraction: 'glove' },
  });
  const path = `/api/gloves/${glove.username}`;
  const body = {
    station_id: station.body.id,
    hand: 'right',
    analog_max: 1_023,
    ffb_scale: 'senseshift',
    device_auto: false,
  };
  expect(await venue.patch(path, { as: 'user', body })).toMatchObject({
    status: 200,
    body: { ...body, device_auto_set: false },
  });
  expect(await venue.patch(path, { as: 'user', body: { device_auto: null } })).toMatchObject({
    body: { device_auto: true, device_auto_set: null, hand: 'right' },
  });
  expect(await venue.patch(path, { as: 'user', body: { station_id: crypto.randomUUID() } })).toMatchObject({
    status: 422,
    body: { code: 'unknown_station' },
  });
  expect((await venue.patch(path, { as: 'mlbvrgame', body: {} })).status).toBe(403);
  expect((await venue.get('/api/gloves', { as: 'mlbvrgame' })).status).toBe(200);
});

test('the condition of a glove follows what it sends, and when it was heard outlives a restart', async () => {
  const clock = createFakeClock();
  const other = await aTestAppliance({ clock });
  onTestFinished(other.stop);
  const credentials = await aUser(other, 'glove');
  const device = await connectDevice(other, credentials, { kind: 'glove', birth: { state: 'online' } });
  const conditionOf = async () => (await gloveNamed(credentials.username, other)).health?.condition;
  await device.client.publishAsync(topicOf(credentials, 'stream'), Buffer.from(encodeFrame(aFrame(0))));
  await device.say({ state: 'online' });
  expect(await conditionOf()).toBe('streaming');
  await clock.advance(7_000);
  expect(await conditionOf()).toBe('asleep');
  device.pullPlug();
  await until(async () => (await gloveNamed(credentials.username, other)).presence === 'offline');
  expect(await conditionOf()).toBe('away');
  expect((await gloveNamed(credentials.username, other)).seen_at).not.toBeNull();
});
