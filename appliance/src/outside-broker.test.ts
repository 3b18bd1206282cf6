import { isDeepStrictEqual } from 'node:util';
import type { IClientOptions, MqttClient } from 'mqtt';
import { describe, expect, test } from 'vitest';
import type { Device } from '../contract/devices.ts';
import { anApplianceProcess } from './testing/appliance-process.ts';
import { aMosquitto, noMosquitto, withoutMosquitto } from './testing/mosquitto.ts';
import { aTemporaryDirectory } from './testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance, testPassword } from './testing/test-appliance.ts';
import { connectClient, inbox, until } from './testing/test-broker.ts';
import { aListedMosquitto, aVenueOver, cannotTest, transports, urlFor } from './testing/test-transports.ts';

const below = 'dugout/v1/labs';
const say = (client: MqttClient, topic: string, body: object, retain = false) =>
  client.publishAsync(`${below}/${topic}`, JSON.stringify(body), { qos: 1, retain });
const signIn = (broker: string, name: string, options: IClientOptions = {}) =>
  connectClient(broker, name, { password: testPassword, ...options });

async function deviceNamed(venue: Pick<TestAppliance, 'get'>, name: string): Promise<Device | undefined> {
  const { body } = await venue.get('/api/devices', { as: 'user' });
  return body.items.find((device: Device) => device.name === name);
}
const brokerOf = async (venue: TestAppliance) => (await venue.get('/readyz')).body.checks.broker;
async function aQueuedGame(venue: TestAppliance): Promise<string> {
  const made = await venue.post('/api/games', { as: 'user', body: { player: { name: 'Ana' } } });
  expect((await venue.post(`/api/games/${made.body.id}/queue`, { as: 'user' })).status).toBe(200);
  return made.body.id;
}

describe.each(transports)('over %s', (transport) => {
  const suffix = transport === 'an outside broker' ? withoutMosquitto : '';

  test.skipIf(cannotTest(transport))(
    `presence, what a device is, and its last will are known${suffix}`,
    async () => {
      const { venue, broker } = await aVenueOver(transport);
      const will = { topic: `${below}/rig/mlbvrgame/state`, payload: Buffer.from('{"state":"offline"}') };
      const rig = await signIn(broker, 'mlbvrgame', { will: { ...will, qos: 1, retain: true } });
      await say(rig, 'rig/mlbvrgame/meta', { firmware: '1.2' }, true);
      await say(rig, 'rig/mlbvrgame/state', { state: 'busy', battery: 0.5 }, true);
      await until(async () => (await deviceNamed(venue, 'mlbvrgame'))?.presence === 'busy');
      expect(await deviceNamed(venue, 'mlbvrgame')).toMatchObject({ firmware: '1.2', battery: 0.5 });
      rig.stream.destroy();
      await until(async () => (await deviceNamed(venue, 'mlbvrgame'))?.presence === 'offline');
    },
  );

  test.skipIf(cannotTest(transport))(`nobody speaks for another device${suffix}`, async () => {
    const { venue, broker } = await aVenueOver(transport);
    const tablet = await signIn(broker, 'mlbtablet');
    await say(tablet, 'rig/mlbvrgame/state', { state: 'busy' });
    await say(tablet, 'tablet/mlbtablet/state', { state: 'online' });
    await until(async () => (await deviceNamed(venue, 'mlbtablet'))?.presence === 'online');
    expect(await deviceNamed(venue, 'mlbvrgame')).toMatchObject({ presence: 'unknown' });
  });

  test.skipIf(cannotTest(transport))(`boards and rigs follow the queue and the games${suffix}`, async () => {
    const { venue, broker } = await aVenueOver(transport);
    const id = await aQueuedGame(venue);
    const rig = await signIn(broker, 'mlbvrgame');
    const messages = inbox(rig);
    await rig.subscribeAsync([`${below}/public/queue`, `${below}/game/+/state`], { qos: 1 });
    const statesOf = () =>
      messages.flatMap(({ topic, text }) =>
        topic === `${below}/game/${id}/state` ? (text === '' ? 'gone' : JSON.parse(text).state) : [],
      );
    await until(
      () => statesOf().includes('queued') && messages.some(({ topic }) => topic.endsWith('/queue')),
    );
    for (const action of ['recall', 'cancel']) await venue.post(`/api/games/${id}/${action}`, { as: 'user' });
    await until(() => statesOf().includes('gone'));
    expect(statesOf()).toEqual(['queued', 'recalled', 'cancelled', 'gone']);
    const late = inbox(
      await signIn(broker, 'mlbtablet').then(async (tablet) => {
        await tablet.subscribeAsync(`${below}/game/+/state`, { qos: 1 });
        return tablet;
      }),
    );
    expect(late).toEqual([]);
  });

  test.skipIf(cannotTest(transport))(`a revoked device is heard no more${suffix}`, async () => {
    const { venue, broker } = await aVenueOver(transport);
    const rig = await signIn(broker, 'mlbvrgame');
    await say(rig, 'rig/mlbvrgame/state', { state: 'online' });
    await until(async () => (await deviceNamed(venue, 'mlbvrgame'))?.presence === 'online');
    const { id } = (await deviceNamed(venue, 'mlbvrgame')) ?? expect.fail();
    expect((await venue.post(`/api/devices/${id}/revoke`, { as: 'user' })).status).toBe(204);
    const tablet = await signIn(broker, 'mlbtablet');
    // The embedded broker has closed its connection: nobody answers.
    say(rig, 'rig/mlbvrgame/state', { state: 'busy' }).catch(() => {});
    await say(tablet, 'tablet/mlbtablet/state', { state: 'online' });
    await until(async () => (await deviceNamed(venue, 'mlbtablet'))?.presence === 'online');
    expect(await deviceNamed(venue, 'mlbvrgame')).toMatchObject({ presence: 'offline', revoked: true });
  });
});

describe.skipIf(noMosquitto)(`an appliance with an outside broker${withoutMosquitto}`, () => {
  test('has no broker of its own', async () => {
    const { venue, broker } = await aVenueOver('an outside broker');
    await expect(signIn(`ws://127.0.0.1:${venue.ports.http}/mqtt`, 'mlbtablet')).rejects.toThrow();
    const { servers } = (await venue.get('/asyncapi.json')).body;
    expect(servers).toMatchObject({ outside: { host: new URL(broker).host } });
    expect(JSON.stringify(servers)).not.toContain('dugout:');
  });

  test('goes on without it, says so, and tells it everything when it is back', async () => {
    const mosquitto = await aListedMosquitto();
    await mosquitto.stop();
    const venue = await aTestAppliance({ environment: { DUGOUT_MQTT_URL: urlFor(mosquitto) } });
    try {
      expect(await brokerOf(venue)).toEqual({
        ok: false,
        reason: 'the outside MQTT broker is not connected',
      });
      const id = await aQueuedGame(venue);
      await mosquitto.startAgain();
      await until(async () => (await brokerOf(venue)).ok);
      const rig = await signIn(mosquitto.url, 'mlbvrgame');
      const messages = inbox(rig);
      await rig.subscribeAsync(`${below}/game/+/state`, { qos: 1 });
      await until(() => messages.length > 0);
      expect(messages).toMatchObject([{ topic: `${below}/game/${id}/state`, retain: true }]);

      await mosquitto.kill();
      await until(async () => !(await brokerOf(venue)).ok);
      await venue.post(`/api/games/${id}/cancel`, { as: 'user' });
      const next = await aQueuedGame(venue);
      await mosquitto.startAgain();
      await until(async () => (await brokerOf(venue)).ok);
      const late = await signIn(mosquitto.url, 'mlbtablet');
      const kept = inbox(late);
      await late.subscribeAsync(`${below}/game/+/state`, { qos: 1 });
      await until(() => kept.some(({ topic }) => topic.includes(next)));
      expect(kept.filter(({ topic, text }) => topic.includes(id) && text !== '')).toEqual([]);
    } finally {
      await venue.stop();
    }
  });

  test('knows who is there after a restart: presence is retained, and told again', async () => {
    const mosquitto = await aListedMosquitto();
    const directory = aTemporaryDirectory();
    const environment = { DUGOUT_MQTT_URL: urlFor(mosquitto) };
    const rig = await signIn(mosquitto.url, 'mlbvrgame');
    const tablet = await signIn(mosquitto.url, 'mlbtablet');
    const first = await aTestAppliance({ directory, environment });
    await say(rig, 'rig/mlbvrgame/state', { state: 'idle' }, true);
    await say(tablet, 'tablet/mlbtablet/state', { state: 'online' }, true);
    await until(async () => (await deviceNamed(first, 'mlbtablet'))?.presence === 'online');
    await first.stop();
    await say(tablet, 'tablet/mlbtablet/state', { state: 'offline' }, true);
    const second = await aTestAppliance({ directory, environment });
    try {
      await until(async () => (await deviceNamed(second, 'mlbvrgame'))?.presence === 'idle');
      expect(await deviceNamed(second, 'mlbtablet')).toMatchObject({ presence: 'offline' });
    } finally {
      await second.stop();
    }
  });

  test('loses nothing that the broker took when it is killed, twice', async () => {
    const mosquitto = await aMosquitto();
    const directory = aTemporaryDirectory();
    const process = await anApplianceProcess(directory, { DUGOUT_MQTT_URL: mosquitto.url });
    const authorization = `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const names = Array.from({ length: 20 }, (_, number) => `glove-${number}`);
    for (const name of names) {
      const body = JSON.stringify({ name, kind: 'glove' });
      expect((await fetch(`${process.url}/api/devices`, { method: 'POST', headers, body })).status).toBe(201);
    }
    const firmware = async () => {
      const answer = await fetch(`${process.url}/api/devices`, { headers });
      const { items } = (await answer.json()) as { items: Device[] };
      return Object.fromEntries(
        items.flatMap((one) => (one.kind === 'glove' ? [[one.name, one.firmware]] : [])),
      );
    };
    const ready = () => until(async () => (await fetch(`${process.url}/readyz`)).status === 200);
    await ready();
    const gloves = await Promise.all(names.map((name) => connectClient(mosquitto.url, name, {})));
    const taken: Record<string, string> = {};
    for (let round = 0; round < 2; round += 1) {
      let answers = 0;
      const saying = gloves.flatMap((glove, at) =>
        Array.from({ length: 25 }, async (_, number) => {
          const said = `${round}.${number}`;
          await say(glove, `glove/${names[at]}/meta`, { firmware: said });
          taken[names[at] ?? ''] = said;
          answers += 1;
        }),
      );
      const enough = saying.length * (0.5 + 0.5 * Math.random());
      await until(() => answers >= enough);
      await process.kill();
      await Promise.all(saying);
      await process.startAgain();
      await ready();
      await until(async () => isDeepStrictEqual(await firmware(), taken));
      expect(await firmware()).toEqual(taken);
    }
    await process.stop();
  }, 120_000);
});

test('is named at the start, without user and password, instead of a port that is closed', async () => {
  const DUGOUT_MQTT_URL = 'mqtt://venue:secret-word@127.0.0.1:1';
  const venue = await anApplianceProcess(aTemporaryDirectory(), { DUGOUT_MQTT_URL });
  const ready =
    venue
      .log()
      .split('\n')
      .find((line) => line.includes('"ready"')) ?? '';
  expect(JSON.parse(ready)).toMatchObject({ http: expect.any(Number), broker: 'mqtt://127.0.0.1:1' });
  expect(JSON.parse(ready)).not.toHaveProperty('mqtt');
  expect(venue.log()).not.toContain('secret-word');
  await venue.stop();
});
