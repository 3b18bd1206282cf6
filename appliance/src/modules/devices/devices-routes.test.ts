import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Device } from '../../../contract/devices.ts';
import { aTestAppliance, testPassword } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { aUser } from '../../testing/test-users.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const enrol = (body: unknown) => venue.post('/api/devices', { as: 'user', body });
const devices = async (): Promise<Device[]> => (await venue.get('/api/devices', { as: 'user' })).body.items;
const named = async (name: string) => (await devices()).find((device) => device.name === name);

/** A device on the broker, whose last will says that it is gone. */
async function connected(
  name: string,
  password: string,
  kind: string,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const topic = `dugout/v1/labs/${kind}/${name}/state`;
  const client = await connectAsync(`mqtt://127.0.0.1:${venue.ports.mqtt}`, {
    protocolVersion: 4,
    clientId: name,
    username: name,
    password,
    reconnectPeriod: 0,
    will: { topic, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true },
    ...options,
  });
  client.on('error', () => {});
  onTestFinished(() => {
    client.end(true);
  });
  await client.publishAsync(topic, JSON.stringify({ state: 'online', firmware: '1.2', battery: 0.5 }), {
    qos: 1,
    retain: true,
  });
  return client;
}

describe('enrolling', () => {
  test('gives a device a secret of its own, once', async () => {
    const { status, body } = await enrol({ name: 'rig-7', kind: 'rig' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'rig-7', kind: 'rig', presence: 'unknown', revoked: false });
    expect(body.secret).toMatch(/^[0-9a-z]{26}$/u);
    const as = { username: 'rig-7', password: body.secret };
    expect((await venue.get('/api/session', { as })).body.user.role).toBe('rig');
    expect(JSON.stringify(await devices())).not.toContain(body.secret);
  });

  test('gives no two devices the same secret', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, n) => enrol({ name: `glove-${n}`, kind: 'glove' })),
    );
    expect(new Set(made.map(({ body }) => body.secret)).size).toBe(8);
  });

  test.each(['rig-7', 'mlbtablet', 'user'])('refuses the name %s, which is taken', async (name) => {
    await enrol({ name: 'rig-7', kind: 'rig' });
    const { status, body } = await enrol({ name, kind: 'board' });
    expect(status).toBe(409);
    expect(['device_exists', 'username_taken']).toContain(body.code);
  });

  test.each([
    ['no name', { kind: 'rig' }],
    ['a name in capitals', { name: 'Rig', kind: 'rig' }],
    ['a name with a wildcard', { name: 'rig/#', kind: 'rig' }],
    ['a name with a plus', { name: 'rig+1', kind: 'rig' }],
    ['a kind that is a role', { name: 'rig-8', kind: 'admin' }],
    ['a kind that is none', { name: 'rig-8', kind: 'toaster' }],
    ['a secret that was chosen', { name: 'rig-8', kind: 'rig', secret: '1234' }],
  ])('refuses %s', async (_case, body) => {
    expect(await enrol(body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });
});

describe('revoking', () => {
  test('ends what the device has, over HTTP and MQTT, at once, and can be said twice', async () => {
    const { username, password } = await aUser(venue, 'rig');
    const { body: login } = await venue.post('/login', { body: { username, password } });
    const client = await connected(username, password, 'rig');
    const closed = new Promise<void>((resolve) => client.once('close', resolve));
    const id = (await named(username))?.id;
    expect((await venue.post(`/api/devices/${id}/revoke`, { as: 'user' })).status).toBe(204);
    await closed;
    const bearer = { headers: { authorization: `Bearer ${login.token}` } };
    expect((await venue.get('/api/session', { as: { username, password } })).status).toBe(401);
    expect((await venue.get('/api/session', bearer)).status).toBe(401);
    await expect(connected(username, password, 'rig')).rejects.toThrow();
    expect(await named(username)).toMatchObject({ revoked: true, presence: 'offline' });
    expect((await venue.post(`/api/devices/${id}/revoke`, { as: 'user' })).status).toBe(204);
  });

  test('of a device that is not there is 404', async () => {
    for (const id of [crypto.randomUUID(), 'x'])
      expect((await venue.post(`/api/devices/${id}/revoke`, { as: 'user' })).status).toBe(404);
  });
});

describe('presence', () => {
  test('is what the device says, and what its last will says when the cable is pulled', async () => {
    const { username, password } = await aUser(venue, 'tablet');
    expect(await named(username)).toMatchObject({ presence: 'unknown', presence_at: null });
    const client = await connected(username, password, 'tablet');
    expect(await named(username)).toMatchObject({ presence: 'online', firmware: '1.2', battery: 0.5 });
    client.stream.destroy();
    await until(async () => (await named(username))?.presence === 'offline');
    expect(await named(username)).toMatchObject({ presence: 'offline', firmware: '1.2' });
  });

  test('of the rig decides who can say how long the wait is', async () => {
    const estimate = async () =>
      (await venue.get('/api/attractions')).body.items.find(({ id }: { id: string }) => id === 'derby')
        .estimate;
    expect((await estimate()).basis).toBe('assumed');
    const rig = await connected('mlbvrgame', testPassword, 'rig');
    rig.stream.destroy();
    await until(async () => (await estimate()).basis === 'no_station');
    expect(await estimate()).toEqual({ low_seconds: null, high_seconds: null, basis: 'no_station' });
    await connected('mlbvrgame', testPassword, 'rig');
    await until(async () => (await estimate()).basis === 'assumed');
  });
});

describe('a device that does what it may not', () => {
  test('is marked with what, until staff have seen it', async () => {
    const { username, password } = await aUser(venue, 'tablet');
    const client = await connected(username, password, 'tablet');
    expect(await named(username)).toMatchObject({ refused_count: 0, last_refused_reason: null });
    const topic = `dugout/v1/labs/tablet/${username}/state`;
    for (const payload of ['{"state":', '{"state":"dancing"}', '{"state":"idle","battery":1e999}'])
      await client.publishAsync(topic, payload, { qos: 1 });
    await until(async () => (await named(username))?.refused_count === 3);
    await client.publishAsync('dugout/v1/labs/rig/mlbvrgame/state', '{"state":"offline"}', { qos: 1 });
    await until(async () => (await named(username))?.refused_count === 4);
    expect(await named(username)).toMatchObject({ last_refused_reason: 'not_granted', presence: 'online' });
    const id = (await named(username))?.id;
    expect((await venue.post(`/api/devices/${id}/clear-marks`, { as: 'user' })).status).toBe(204);
    expect(await named(username)).toMatchObject({
      refused_count: 0,
      last_refused_at: null,
      last_refused_reason: null,
    });
  });
});

describe('the clock of a device', () => {
  test('is read from what it says, and flagged when it is off', async () => {
    const { username, password } = await aUser(venue, 'tablet');
    const client = await connected(username, password, 'tablet');
    expect(await named(username)).toMatchObject({ clock: null });
    const topic = `dugout/v1/labs/tablet/${username}/state`;
    const say = (state: object) => client.publishAsync(topic, JSON.stringify(state), { qos: 1 });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    await say({ state: 'online', at: yesterday });
    const seen = (await named(username))?.clock;
    expect(seen).toMatchObject({ source: 'observed', is_off: true });
    expect(seen?.offset_ms).toBeGreaterThanOrEqual(86_400_000);
    await say({ state: 'online', at: 'noon', clock_offset_ms: 86_400_000, clock_round_trip_ms: 4 });
    expect((await named(username))?.clock).toEqual({
      offset_ms: 86_400_000,
      source: 'measured',
      round_trip_ms: 4,
      is_off: true,
    });
  });

  test('can be measured over HTTP by whoever asks', async () => {
    const before = Date.now();
    const { status, body, headers } = await venue.get('/api/time');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.t1).toBeGreaterThanOrEqual(before);
    expect(body.t2).toBeGreaterThanOrEqual(body.t1);
    expect(body.t2).toBeLessThanOrEqual(Date.now());
  });
});

describe('a connection that ends', () => {
  test('without a word and without a will takes the device off the floor all the same', async () => {
    const { username, password } = await aUser(venue, 'tablet');
    const client = await connected(username, password, 'tablet');
    await client.endAsync();
    await until(async () => (await named(username))?.presence === 'offline');
  });

  test('while another of the same device goes on takes nothing away', async () => {
    const { username, password } = await aUser(venue, 'tablet');
    const first = await connected(username, password, 'tablet');
    const second = await connected(username, password, 'tablet', { clientId: `${username}-2` });
    await first.endAsync();
    const witness = await connected('mlbtablet', testPassword, 'tablet');
    await witness.endAsync();
    await until(async () => (await named('mlbtablet'))?.presence === 'offline');
    expect(await named(username)).toMatchObject({ presence: 'online' });
    expect(second.connected).toBe(true);
  });
});
