import type { Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { aRawClient, aSignedInRawClient, connectPacket } from '../../testing/raw-mqtt.ts';
import {
  address,
  aTestBroker,
  boardTopic,
  commandTopic,
  eventTopic,
  inbox,
  stateTopic,
  streamTopic,
  until,
} from '../../testing/test-broker.ts';
import { handledBy } from './topic.ts';

const publish = { cmd: 'publish', qos: 0, dup: false, retain: false } as const;
const state = address('rig/rig_1/state');
const event = address('rig/rig_1/event');
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('order', () => {
  const slowFirst = handledBy(stateTopic, ({ payload }) => (payload.battery === 0 ? sleep(2) : undefined));

  test.each([
    ['kept at QoS 0', stateTopic, 0],
    ['kept at QoS 0, with a handler that takes its time', slowFirst, 0],
  ] as const)('a retained message %s is followed by what was sent after it', async (_what, topic, qos) => {
    const { port, connect } = await aTestBroker({ topics: [topic] });
    const staff = await connect('staff_1');
    await staff.subscribeAsync(address('+/+/state'), { qos: 1 });
    const messages = inbox(staff);
    const rig = await aSignedInRawClient(port, 'rig_1');
    for (let round = 0; round < 200; round += 1) {
      rig.send(
        { ...publish, qos, topic: state, retain: true, payload: '{"state":"online","battery":0}' },
        { ...publish, topic: state, payload: '{"state":"offline"}' },
      );
      await until(() => messages.length === 2);
      expect(messages.splice(0).map(({ text }) => text)).toEqual([
        '{"state":"online","battery":0}',
        '{"state":"offline"}',
      ]);
    }
  });

  test('nothing is lost between QoS 2, 1 and 0 of one segment', async () => {
    const { port, connect } = await aTestBroker();
    const staff = await connect('staff_1');
    await staff.subscribeAsync(address('rig/+/event'), { qos: 2 });
    const messages = inbox(staff);
    const rig = await aSignedInRawClient(port, 'rig_1');
    for (let round = 0; round < 100; round += 1) {
      rig.send(
        { ...publish, qos: 2, topic: event, payload: '{"seq":2}', messageId: 2 * round + 1 },
        { ...publish, qos: 1, topic: event, payload: '{"seq":1}', messageId: 2 * round + 2 },
        { ...publish, qos: 0, topic: event, payload: '{"seq":0}' },
        { cmd: 'pubrel', qos: 1, messageId: 2 * round + 1 } as never,
      );
      await until(() => messages.length === 3);
      expect(
        messages
          .splice(0)
          .map(({ text }) => text)
          .sort(),
      ).toEqual(['{"seq":0}', '{"seq":1}', '{"seq":2}']);
    }
  });
});

describe('acknowledgement', () => {
  test('comes when the handler has resolved, in the order of sending', async () => {
    const running = new Map<number, () => void>();
    const slow = handledBy(
      eventTopic,
      ({ payload }) => new Promise((resolve) => running.set(payload.seq, resolve)),
    );
    const { port } = await aTestBroker({ topics: [slow] });
    const rig = await aSignedInRawClient(port, 'rig_1');
    const acknowledged = () =>
      rig.received.flatMap((packet) => (packet.cmd === 'puback' ? packet.messageId : []));
    rig.send(
      ...[1, 2, 3].map(
        (seq) => ({ ...publish, qos: 1, topic: event, payload: `{"seq":${seq}}`, messageId: seq }) as const,
      ),
    );
    await until(() => running.size === 3);
    running.get(2)?.();
    await sleep(30);
    expect(acknowledged()).toEqual([]);
    running.get(1)?.();
    await until(() => acknowledged().length === 2);
    expect(acknowledged()).toEqual([1, 2]);
    running.get(3)?.();
    await until(() => acknowledged().length === 3);
  });
});

describe('what cannot keep up', () => {
  const streams = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      ...publish,
      topic: address('glove/glove_1/stream'),
      payload: Buffer.alloc(1024, at),
    }));

  async function aFrozenSubscriber(port: number, name: string, filter: string) {
    const client = await aSignedInRawClient(port, name);
    const suback = client.next('suback');
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 1 }] });
    await suback;
    client.socket.pause();
    return client;
  }

  test('a subscriber that leaves with thousands of messages waiting takes nobody with it', async () => {
    const { port, connect, broker } = await aTestBroker({
      limits: { cutOffBytes: Number.POSITIVE_INFINITY, backlogBytes: Number.POSITIVE_INFINITY },
    });
    const slow = await aFrozenSubscriber(port, 'staff_2', address('glove/+/stream'));
    const glove = await aSignedInRawClient(port, 'glove_1');
    for (let part = 0; part < 50; part += 1) {
      glove.send(...streams(500));
      await sleep(1);
    }
    await sleep(100);
    slow.socket.resetAndDestroy();
    await slow.closed;
    const rig = await connect('rig_1');
    await rig.publishAsync(event, '{"seq":1}', { qos: 1 });
    expect(broker.listening()).toBe(true);
  });

  test('frozen subscribers are cut off and the others miss nothing', async () => {
    const { port, connect, dropped, clients } = await aTestBroker({ limits: { drainTimeoutMs: 1_000 } });
    const frozen = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        aFrozenSubscriber(port, `staff_${at + 2}`, address('glove/+/stream')),
      ),
    );
    const staff = await connect('staff_1');
    await staff.subscribeAsync(address('glove/+/stream'), { qos: 0 });
    let received = 0;
    staff.on('message', () => {
      received += 1;
    });
    const glove = await aSignedInRawClient(port, 'glove_1');
    const sent = 12_000;
    for (let part = 0; part < sent / 100; part += 1) {
      glove.send(...streams(100));
      await until(() => received >= part * 100 - 200);
    }
    await until(() => received === sent);
    expect(await dropped('slow_subscriber')).toBeGreaterThan(0);
    await until(async () => (await clients()) === 2);
    for (const { socket } of frozen) socket.resume();
    await Promise.all(frozen.map(({ closed }) => closed));
  });
});

test('who is cut off finds in its session what it did not get', async () => {
  const { port, broker, dropped } = await aTestBroker({
    persistentRoles: ['rig'],
    limits: { cutOffBytes: 100_000, queuedMessagesPerSession: 10_000, queuedBytesPerSession: 100_000_000 },
  });
  const command = address('rig/rig_1/command');
  const names = Array.from({ length: 6_000 }, (_, at) => `${at}`.padEnd(2_000, '.'));
  const seen = new Set<string>();
  const aClient = async () => {
    const client = await aSignedInRawClient(port, 'rig_1', { clean: false });
    client.onPacket((packet) => {
      if (packet.cmd !== 'publish' || packet.messageId === undefined) return;
      seen.add(JSON.parse(packet.payload.toString()).name);
      client.send({ cmd: 'puback', messageId: packet.messageId });
    });
    return client;
  };
  const frozen = await aClient();
  frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: command, qos: 1 }] });
  await frozen.next('suback');
  frozen.socket.pause();
  for (const [at, name] of names.entries()) {
    broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name });
    if (at % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await dropped('cut_off')).toBeGreaterThan(0);
  frozen.socket.resume();
  await frozen.closed;
  expect(seen.size).toBeLessThan(names.length);
  await aClient();
  await until(() => seen.size === names.length);
});

describe('last will', () => {
  const will = { topic: state, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true } as const;

  test('goes through the handler when the connection is lost, and not when it is ended', async () => {
    const heard: string[] = [];
    const topic = handledBy(stateTopic, ({ payload }) => void heard.push(payload.state));
    const { port } = await aTestBroker({ topics: [topic] });
    const leaving = await aSignedInRawClient(port, 'rig_1', { will });
    leaving.send({ cmd: 'disconnect' } as never);
    await leaving.closed;
    expect(heard).toEqual([]);
    const lost = await aSignedInRawClient(port, 'rig_1', { will });
    lost.socket.resetAndDestroy();
    await until(() => heard.length > 0);
    expect(heard).toEqual(['offline']);
  });

  test('is told by the last connection of a device, not by one while another is open', async () => {
    const heard: string[] = [];
    const topic = handledBy(stateTopic, ({ payload }) => void heard.push(payload.state));
    const { port, metric } = await aTestBroker({ topics: [topic] });
    const first = await aSignedInRawClient(port, 'rig_1', { will });
    const second = await aSignedInRawClient(port, 'rig_1', { will, clientId: 'rig_1-service' });
    second.socket.resetAndDestroy();
    await until(async () => (await metric('dugout_mqtt_clients')) === 1);
    await sleep(20);
    expect(heard).toEqual([]);
    first.socket.resetAndDestroy();
    await until(() => heard.length > 0);
    expect(heard).toEqual(['offline']);
  });

  test('is not published when it is the broker that stops', async () => {
    const heard: string[] = [];
    const topic = handledBy(stateTopic, ({ payload }) => void heard.push(payload.state));
    const { port, broker } = await aTestBroker({ topics: [topic] });
    const rig = await aSignedInRawClient(port, 'rig_1', { will });
    await broker.stop();
    await rig.closed;
    await sleep(20);
    expect(heard).toEqual([]);
  });

  test('of a payload its topic does not take is refused at sign-in', async () => {
    const { port } = await aTestBroker();
    const client = await aRawClient(port);
    const connack = client.next('connack');
    client.send(connectPacket('rig_1', { will: { ...will, payload: Buffer.from('{"state":"dancing"}') } }));
    expect(await connack).toMatchObject({ returnCode: 5 });
  });
});

describe('retained messages', () => {
  test('are there for the first who connects, and gone when they are cleared', async () => {
    const { broker, connect, metric } = await aTestBroker({
      restore: (bus) => bus.publish(boardTopic, { lane: 'one' }, { version: 7 }),
    });
    const rig = await connect('rig_1');
    const messages = inbox(rig);
    await rig.subscribeAsync(address('public/board/+'), { qos: 1 });
    await until(() => messages.length > 0);
    expect(messages).toEqual([{ topic: address('public/board/one'), text: '{"version":7}', retain: true }]);
    broker.clear(boardTopic, { lane: 'one' });
    expect(await metric('dugout_mqtt_retained_messages')).toBe(0);
  });

  test.each([0, 1] as const)(
    'and live ones come at the quality subscribed to, wildcards too: %s',
    async (qos) => {
      const { broker, port } = await aTestBroker();
      broker.publish(boardTopic, { lane: 'one' }, { version: 1 });
      const client = await aSignedInRawClient(port, 'rig_1');
      const subscriptions = [{ topic: address('public/board/+'), qos }];
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions });
      const kept = await client.next('publish');
      broker.publish(boardTopic, { lane: 'one' }, { version: 2 });
      const live = await client.next('publish');
      expect([kept, live]).toMatchObject([
        { qos, retain: true },
        { qos, retain: false },
      ]);
    },
  );

  test('are bounded', async () => {
    const { broker, metric, dropped } = await aTestBroker({ limits: { retainedMessages: 2 } });
    for (const lane of ['a', 'b', 'c', 'a']) broker.publish(boardTopic, { lane }, { version: 1 });
    expect(await metric('dugout_mqtt_retained_messages')).toBe(2);
    expect(await dropped('retained_full')).toBe(1);
  });
});

describe('sessions', () => {
  const command = address('rig/rig_1/command');
  const isFresh = (connack: Packet | undefined) => connack?.cmd === 'connack' && !connack.sessionPresent;

  test('are kept, in order and bounded, for those who may have one', async () => {
    const { broker, port, connect, dropped } = await aTestBroker({
      persistentRoles: ['rig'],
      limits: { queuedMessagesPerSession: 3 },
    });
    const rig = await connect('rig_1', { clean: false });
    await rig.subscribeAsync(command, { qos: 1 });
    await rig.endAsync();
    for (const name of ['a', 'b', 'c', 'd']) {
      broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name });
    }
    expect(await dropped('queue_full')).toBe(1);
    const again = await connect('rig_1', { clean: false });
    const messages = inbox(again);
    await until(() => messages.length === 3);
    expect(messages.map(({ text }) => JSON.parse(text).name)).toEqual(['a', 'b', 'c']);
    await again.endAsync();

    const third = await aSignedInRawClient(port, 'rig_1', { clean: false });
    expect(isFresh(third.received[0])).toBe(false);
    broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name: 'e' });
    expect(await third.next('publish')).toMatchObject({ topic: command });
    expect(third.received.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1);
  });

  test('end with the connection for everybody else', async () => {
    const { connect, port } = await aTestBroker({ persistentRoles: ['rig'] });
    const tablet = await connect('tablet_1', { clean: false });
    await tablet.subscribeAsync(address('tablet/tablet_1/command'), { qos: 1 });
    await tablet.endAsync();
    const again = await aSignedInRawClient(port, 'tablet_1', { clean: false });
    expect(isFresh(again.received[0])).toBe(true);
  });

  test('are bounded: the one that was begun first is forgotten', async () => {
    const { connect, port } = await aTestBroker({
      persistentRoles: ['rig'],
      limits: { persistentSessions: 2 },
    });
    for (const name of ['rig_1', 'rig_2', 'rig_3']) {
      const rig = await connect(name, { clean: false });
      await rig.subscribeAsync(address(`rig/${name}/command`), { qos: 1 });
      await rig.endAsync();
    }
    const first = await aSignedInRawClient(port, 'rig_1', { clean: false });
    const last = await aSignedInRawClient(port, 'rig_3', { clean: false });
    expect([isFresh(first.received[0]), isFresh(last.received[0])]).toEqual([true, false]);
  });
});

test('a stop waits for the handlers that run', async () => {
  let stored = false;
  const slow = handledBy(streamTopic, async () => {
    await sleep(50);
    stored = true;
  });
  const { port, broker, metric } = await aTestBroker({ topics: [slow] });
  const glove = await aSignedInRawClient(port, 'glove_1');
  glove.send({ ...publish, topic: address('glove/glove_1/stream'), payload: 'x' });
  await until(async () => (await metric('dugout_mqtt_messages_total', { direction: 'received' })) === 1);
  await broker.stop();
  expect(stored).toBe(true);
});
