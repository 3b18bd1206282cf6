import type { MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import type { Role } from '../../../contract/auth.ts';
import { DeviceKind } from '../../../contract/devices.ts';
import { describeAppliance } from '../../reference.ts';
import { aMosquitto, noMosquitto, withoutMosquitto } from '../../testing/mosquitto.ts';
import { connectClient, inbox, site, until } from '../../testing/test-broker.ts';
import { mosquittoAcl } from './external-acl.ts';
import type { Identity, Topic } from './topic.ts';
import { topicPrefix } from './topic-path.ts';
import { createTopicRegistry } from './topic-registry.ts';

const roles: readonly Role[] = [...DeviceKind.options, 'staff', 'admin'];
const users: Identity[] = roles.flatMap((role) =>
  [1, 2].map((number) => ({ name: `${role}-${number}`, role, userId: '' })),
);
const { topics } = describeAppliance();
const registry = createTopicRegistry(site, topics);
const appliance = 'dugout';
const worker = 'glove-worker-1';
const stream = topics.find(({ name }) => name === 'glove_stream') ?? expect.fail();
const workers = { names: [worker], topic: stream };
const acl = mosquittoAcl({ site, topics, appliance, users, workers });

/** Every topic there is, as it is of each device that stands here, of this kind and of each other. */
function everyAddress(topic: Topic): string[] {
  let paths = [topic.path];
  for (const [parameter, values] of Object.entries<readonly string[] | undefined>(topic.values ?? {})) {
    paths = paths.flatMap((path) => (values ?? []).map((value) => path.replace(`{${parameter}}`, value)));
  }
  paths = paths.flatMap((path) =>
    path.includes('{id}') ? users.map(({ name }) => path.replace('{id}', name)) : [path],
  );
  return paths.map((path) => topicPrefix(site) + path.replaceAll(/\{\w+\}/gu, 'x'));
}
const addresses = topics.flatMap(everyAddress);
const sentinel = `${topicPrefix(site)}public/queue`;

async function aRefereedMosquitto() {
  const names = [appliance, worker, ...users.map(({ name }) => name)];
  const mosquitto = await aMosquitto({ users: Object.fromEntries(names.map((name) => [name, name])), acl });
  return { ...mosquitto, connect: (name: string) => connectClient(mosquitto.url, name, {}) };
}

/** Publishes all at QoS 1; Mosquitto acknowledges what it lets nobody have, too. */
const publishAll = (client: MqttClient, wanted: readonly string[], text: string) =>
  Promise.all(wanted.map((address) => client.publishAsync(address, text, { qos: 1 })));

test.skipIf(noMosquitto)(
  `Mosquitto lets publish what the embedded broker does: ${roles.length} roles × ${addresses.length} topics${withoutMosquitto}`,
  async () => {
    const { connect } = await aRefereedMosquitto();
    const referee = await connect(appliance);
    await referee.subscribeAsync('#', { qos: 1 });
    const seen = inbox(referee);
    const outside = [
      'dugout/v1/other/public/queue',
      '$SYS/broker/version',
      'x',
      `${topicPrefix(site)}unknown`,
    ];
    for (const identity of users) {
      const client = await connect(identity.name);
      seen.length = 0;
      await publishAll(client, [...addresses, ...outside], identity.name);
      await referee.publishAsync(sentinel, 'all', { qos: 1 });
      await until(() => seen.some(({ text }) => text === 'all'));
      const came = seen.flatMap(({ topic, text }) => (text === identity.name ? topic : []));
      const granted = addresses.filter((address) =>
        registry.mayPublish(identity, address, { retain: false, will: false }),
      );
      expect(new Set(came), identity.name).toEqual(new Set(granted));
      await client.endAsync();
    }
  },
);

test.skipIf(noMosquitto)(
  `Mosquitto lets read what the embedded broker does: ${roles.length} roles × ${addresses.length} topics${withoutMosquitto}`,
  async () => {
    const { connect } = await aRefereedMosquitto();
    const publisher = await connect(appliance);
    for (const identity of users) {
      const client = await connect(identity.name);
      const seen = inbox(client);
      // It grants every subscription and withholds what may not be read.
      await client.subscribeAsync('#', { qos: 1 });
      await publishAll(publisher, addresses, 'news');
      await publisher.publishAsync(sentinel, 'all', { qos: 1 });
      await until(() => seen.some(({ text }) => text === 'all'));
      const came = seen.flatMap(({ topic, text }) => (text === 'news' ? topic : []));
      const granted = addresses.filter((address) => registry.mayReceive(identity, address));
      expect(new Set(came), identity.name).toEqual(new Set(granted));
      await client.endAsync();
    }
  },
);

test.skipIf(noMosquitto)(
  `Mosquitto lets a worker read what gloves send, shared or not, and nothing else${withoutMosquitto}`,
  async () => {
    const { connect } = await aRefereedMosquitto();
    const publisher = await connect(appliance);
    const streams = addresses.filter((address) => /glove\/[^/]+\/stream$/u.test(address));
    for (const filter of ['#', `$share/some/${topicPrefix(site)}glove/+/stream`]) {
      const client = await connect(worker);
      const seen = inbox(client);
      await client.subscribeAsync(filter, { qos: 1 });
      await publishAll(publisher, addresses, 'news');
      await publishAll(publisher, streams.slice(0, 1), 'all');
      await until(() => seen.some(({ text }) => text === 'all'));
      const came = seen.flatMap(({ topic, text }) => (text === 'news' ? topic : []));
      expect(new Set(came), filter).toEqual(new Set(streams));
      await publishAll(client, addresses, 'mine');
      await publishAll(publisher, streams.slice(0, 1), 'all');
      await until(() => seen.filter(({ text }) => text === 'all').length === 2);
      expect(seen.filter(({ text }) => text === 'mine')).toEqual([]);
      await client.endAsync();
    }
  },
);

test.skipIf(noMosquitto)(`nobody comes in without a password${withoutMosquitto}`, async () => {
  const { url } = await aRefereedMosquitto();
  await expect(connectClient(url, 'rig-1', { password: 'wrong' })).rejects.toThrow(/Not authorized/u);
  const anonymous = connectClient(url, '', { username: '' });
  await expect(anonymous).rejects.toThrow(/Not authorized/u);
});

test.each(['a b', '#', 'rig/+', 'a\ntopic readwrite #', ''])('no list is made for the user %j', (name) => {
  expect(() => mosquittoAcl({ site, topics, appliance, users: [{ name, role: 'rig' }] })).toThrow(
    /cannot stand/u,
  );
  expect(() => mosquittoAcl({ site, topics, appliance: name, users: [] })).toThrow(/cannot stand/u);
});

test('nobody gets the rights of the appliance by having its name', () => {
  const users = [{ name: appliance, role: 'rig' }] as const;
  expect(() => mosquittoAcl({ site, topics, appliance, users })).toThrow(/another name/u);
  const others = { site, topics, appliance: 'another', users };
  expect(() => mosquittoAcl({ ...others, workers: { names: [appliance], topic: stream } })).toThrow(
    /another name/u,
  );
});
