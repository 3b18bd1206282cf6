import { describe, expect, test } from 'vitest';
import type { Role } from '../../../contract/auth.ts';
import { aRawClient, aSignedInRawClient, connectPacket, type RawClient } from '../../testing/raw-mqtt.ts';
import {
  address,
  aTestBroker,
  boardTopic,
  commandTopic,
  identityOf,
  testTopics,
  until,
} from '../../testing/test-broker.ts';
import type { Access, Identity, Topic } from './topic.ts';

const names = ['rig_1', 'tablet_1', 'glove_1', 'staff_1', 'admin_1', 'player_1'];
const identityNamed = (name: string) => identityOf(name) ?? expect.fail();

/** A payload each topic takes. */
const valid: Record<string, string> = {
  state: '{"state":"offline"}',
  command: '{"name":"start"}',
  event: '{"seq":1}',
  stream: 'bytes',
  board: '{"version":1}',
  telling: '{"text":"hello"}',
};

const kindOf = (topic: Topic, role: string) =>
  topic.path.startsWith('{kind}') ? role : topic.path.split('/')[0];
const pathOf = (topic: Topic, role: string, id: string) =>
  topic.path.replace('{kind}', role).replace('{id}', id).replace('{lane}', 'one');

/** Every place where an identity could try its luck: its own topic, its name's, another device's, another kind's. */
const places = (topic: Topic, { name, role, ownId = name }: Identity) => {
  if (!topic.path.includes('{id}')) return [{ path: pathOf(topic, role, name), own: false }];
  const all = [
    { path: pathOf(topic, role, ownId), own: kindOf(topic, role) === role },
    { path: pathOf(topic, role, name), own: ownId === name && kindOf(topic, role) === role },
    { path: pathOf(topic, role, 'rig_2'), own: false },
    { path: pathOf(topic, 'tablet', name), own: role === 'tablet' && kindOf(topic, role) === role },
  ];
  return all.filter(({ path }, at) => all.findIndex((other) => other.path === path) === at);
};
const exists = (path: string) => !/^(staff|admin|player)\//u.test(path) || path.endsWith('/telling');
const granted = (access: Access, { role }: Identity, own: boolean) =>
  access.some((grant) => (grant.roles === 'signed_in' || grant.roles.includes(role)) && (!grant.own || own));

/** A broker whose topics all say what reached them. */
async function aListeningBroker() {
  const handled: { name: string; by: string; retain: boolean }[] = [];
  const topics = testTopics.map(
    (topic): Topic => ({
      ...topic,
      handle: ({ identity, retain }) => {
        handled.push({ name: topic.name, by: identity.name, retain });
      },
    }),
  );
  return { ...(await aTestBroker({ topics })), handled };
}

async function subscribe(client: RawClient, filter: string): Promise<number> {
  const suback = client.next('suback');
  client.send({ cmd: 'subscribe', messageId: 7, subscriptions: [{ topic: filter, qos: 1 }] });
  const { granted: codes } = (await suback) as { granted?: number[] };
  return codes?.[0] ?? expect.fail();
}

describe.each(names)('%s', (name) => {
  const identity = identityNamed(name);
  const cells = testTopics.flatMap((topic: Topic) =>
    places(topic, identity).map((place) => ({ topic, ...place, exists: exists(place.path) })),
  );

  test('publishes what is granted, retained where it is kept, and stays connected', async () => {
    const { port, handled } = await aListeningBroker();
    const client = await aSignedInRawClient(port, name);
    for (const { topic, path, own, exists } of cells) {
      for (const retain of [false, true]) {
        const puback = client.next('puback');
        handled.length = 0;
        client.send({
          cmd: 'publish',
          topic: address(path),
          payload: valid[topic.name] ?? '',
          qos: 1,
          retain,
          dup: false,
          messageId: 9,
        });
        await puback;
        const allowed = exists && granted(topic.publish, identity, own) && (topic.retained || !retain);
        expect(handled, `${path} retain=${retain}`).toEqual(
          allowed ? [{ name: topic.name, by: name, retain }] : [],
        );
      }
    }
    expect(client.socket.destroyed).toBe(false);
  });

  test('names as last will what it may publish and what is kept', async () => {
    const { port, handled } = await aListeningBroker();
    for (const { topic, path, own, exists } of cells) {
      for (const retain of [false, true]) {
        handled.length = 0;
        const client = await aRawClient(port);
        const connack = client.next('connack');
        const payload = Buffer.from(valid[topic.name] ?? '');
        client.send(connectPacket(name, { will: { topic: address(path), payload, qos: 1, retain } }));
        const { returnCode } = (await connack) as { returnCode?: number };
        const allowed = exists && granted(topic.publish, identity, own) && topic.retained;
        expect(returnCode, `${path} retain=${retain}`).toBe(allowed ? 0 : 5);
        client.socket.destroy();
        await client.closed;
        if (allowed) await until(() => handled.length > 0);
        expect(handled).toEqual(allowed ? [{ name: topic.name, by: name, retain }] : []);
      }
    }
  });

  test('reads what is granted, and nothing else is delivered', async () => {
    const { port, broker } = await aListeningBroker();
    for (const { topic, path, own, exists } of cells) {
      const allowed = exists && granted(topic.subscribe, identity, own);
      const client = await aSignedInRawClient(port, name);
      expect(await subscribe(client, address(path)), path).toBe(allowed ? 1 : 0x80);
      await subscribe(client, address('public/board/+'));
      const match = broker.registry.match(address(path));
      const body = topic.payload === 'binary' ? Buffer.from('bytes') : JSON.parse(valid[topic.name] ?? '');
      if (match) broker.publish<Topic>(match.topic, match.params, body);
      broker.publish(boardTopic, { lane: 'last' }, { version: 2 });
      const topicsOf = () =>
        client.received.flatMap((packet) => (packet.cmd === 'publish' ? packet.topic : []));
      await until(() => topicsOf().includes(address('public/board/last')));
      const delivered = topicsOf().includes(address(path));
      expect(delivered, path).toBe(allowed);
      broker.clear(boardTopic, { lane: 'one' });
      broker.clear(boardTopic, { lane: 'last' });
      if (match) broker.clear<Topic>(match.topic, match.params);
      client.socket.destroy();
    }
  });

  test('follows a wildcard only where all of it is granted', async () => {
    const { port } = await aListeningBroker();
    const client = await aSignedInRawClient(port, name);
    for (const topic of testTopics) {
      const filter = topic.path.replaceAll(/\{\w+\}/gu, '+');
      const allowed = granted(topic.subscribe, identity, false);
      expect(await subscribe(client, address(filter)), filter).toBe(allowed ? 1 : 0x80);
    }
    const always = ['#', '+/#', '$SYS/#', '$share/g/dugout/v1/labs-1/public/board/1', 'dugout/v1/labs-1/#'];
    for (const filter of [...always, 'dugout/v1/other/public/board/1', 'a/'.repeat(90)]) {
      expect(await subscribe(client, filter), filter).toBe(0x80);
    }
    expect(client.socket.destroyed).toBe(false);
  });
});

test('a persistent client is not given what was refused beside what was granted', async () => {
  const { port, broker, connect, metric } = await aTestBroker({ persistentRoles: ['rig'] });
  const first = await aSignedInRawClient(port, 'rig_1', { clean: false });
  const suback = first.next('suback');
  const topics = [address('rig/rig_1/command'), address('rig/rig_2/command')];
  first.send({ cmd: 'subscribe', messageId: 3, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) });
  expect((await suback) as object).toMatchObject({ granted: [1, 0x80] });
  first.socket.destroy();
  await first.closed;

  for (const id of ['rig_2', 'rig_1']) broker.publish(commandTopic, { kind: 'rig', id }, { name: id });
  expect(await metric('dugout_mqtt_queued_messages')).toBe(1);
  const again = await connect('rig_1', { clean: false });
  const seen: string[] = [];
  again.on('message', (topic) => seen.push(topic));
  await until(() => seen.length > 0);
  expect(seen).toEqual([address('rig/rig_1/command')]);
});

test('who comes back as somebody else is given nothing of the old session', async () => {
  let role: Role = 'rig';
  const { port, broker, connect, dropped } = await aTestBroker({
    persistentRoles: ['rig', 'tablet'],
    authenticate: async ({ username }) => ({ name: username, role, userId: username }),
  });
  const before = await connect('a', { clean: false });
  await before.subscribeAsync(address('rig/a/command'), { qos: 1 });
  await before.endAsync();
  broker.publish(commandTopic, { kind: 'rig', id: 'a' }, { name: 'start' });
  role = 'tablet';
  const now = await aSignedInRawClient(port, 'a', { clean: false });
  await until(async () => (await dropped('not_granted')) === 1);
  broker.publish(commandTopic, { kind: 'rig', id: 'a' }, { name: 'start' });
  now.send({ cmd: 'pingreq' });
  await now.next('pingresp');
  expect(now.received.map(({ cmd }) => cmd)).toEqual(['connack', 'pingresp']);
});
