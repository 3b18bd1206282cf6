import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { generate } from 'mqtt-packet';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aRawClient, aSignedInRawClient, connectPacket, type RawClient } from '../../testing/raw-mqtt.ts';
import { address, aTestBroker, boardTopic, commandTopic, until } from '../../testing/test-broker.ts';

/** CONNECT and PUBLISH, announcing 256 MB less one byte, and the first of them. */
const hugeConnect = Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(1024 * 1024)]);
const hugePublish = Buffer.concat([Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(1024)]);
const connectBytes = generate(connectPacket('rig_1'));
const MB = 1024 * 1024;

const times = <Value>(count: number, make: () => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, make));

/** Writes until the other side closes. */
function stream(client: RawClient, bytes: Buffer): void {
  const more = () => {
    while (!client.socket.destroyed && client.socket.write(bytes));
  };
  client.socket.on('drain', more);
  more();
}

/** Resident memory that attackers, all of whom announce 256 MB and send them, add until they are closed or it is much. */
async function memoryTakenBy(attackers: number, port: number, much: number): Promise<number> {
  global.gc?.();
  const before = process.memoryUsage().rss;
  const clients = await times(attackers, () => aRawClient(port));
  let added = 0;
  let over = false;
  const closed = Promise.all(clients.map((client) => client.closed)).then(() => {
    over = true;
  });
  for (const client of clients) stream(client, hugeConnect);
  while (!over && added < much) {
    await new Promise((resolve) => setImmediate(resolve));
    added = Math.max(added, process.memoryUsage().rss - before);
  }
  for (const { socket } of clients) socket.destroy();
  await closed;
  return added;
}

describe('200 attackers that announce 256 MB each before sign-in', () => {
  test('add less than 50 MB', async () => {
    const { port, refused, connect } = await aTestBroker();
    const added = await memoryTakenBy(200, port, 1024 * MB);
    process.stdout.write(`200 attackers before sign-in added ${Math.round(added / MB)} MB\n`);
    expect(added).toBeLessThan(50 * MB);
    expect(await refused('packet_too_large')).toBeGreaterThan(0);
    await connect('rig_1');
  });

  test('add more without the guard', async () => {
    const aedes = await Aedes.createBroker();
    const server = createServer(aedes.handle).listen(0, '127.0.0.1');
    onTestFinished(() => {
      aedes.close();
      server.close();
    });
    await once(server, 'listening');
    const where = server.address();
    const port = typeof where === 'object' && where !== null ? where.port : expect.fail();
    expect(await memoryTakenBy(200, port, 60 * MB)).toBeGreaterThan(50 * MB);
  });
});

test('a packet may be larger once signed in, but not without end', async () => {
  const { port, refused } = await aTestBroker();
  const client = await aSignedInRawClient(port, 'glove_1');
  const publish = {
    cmd: 'publish',
    qos: 1,
    dup: false,
    retain: false,
    topic: address('glove/glove_1/stream'),
  } as const;
  const puback = client.next('puback');
  client.send({ ...publish, messageId: 1, payload: Buffer.alloc(60 * 1024) });
  await puback;
  client.send(hugePublish);
  await client.closed;
  expect(await refused('packet_too_large')).toBe(1);
});

test.each([
  ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'not_connect_first'],
  ['PUBLISH first', Buffer.from([0x30, 0x04, 0x00, 0x01, 0x61, 0x62]), 'not_connect_first'],
  ['a length without end', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01]), 'malformed_length'],
  ['a packet of the server', Buffer.concat([connectBytes, Buffer.from([0x20, 0x02, 0, 0])]), 'server_packet'],
  ['CONNECT twice', Buffer.concat([connectBytes, connectBytes]), 'second_connect'],
])('%s closes the connection', async (_what, bytes, reason) => {
  const { port, refused } = await aTestBroker();
  const client = await aRawClient(port);
  client.socket.write(bytes);
  await client.closed;
  expect(await refused(reason)).toBe(1);
});

test.each([
  ['nothing', []],
  ['one byte of it', [0x10]],
  ['a CONNECT that never ends', [...connectBytes.subarray(0, 12)]],
])('who sends %s is closed when the time for CONNECT is over, waiting or not', async (_what, bytes) => {
  const clock = createFakeClock();
  const hour = 3_600_000;
  const { port, connect, metric } = await aTestBroker({
    clock,
    limits: { connectTimeoutMs: hour, halfOpenPerAddress: 2, longestKeepAliveS: 7_200 },
  });
  const honest = await connect('rig_1', { keepalive: 7_200 });
  const clients = await times(6, () => aRawClient(port));
  for (const client of clients) client.socket.write(Buffer.from(bytes));
  await until(async () => (await metric('dugout_mqtt_half_open')) === 6);
  await clock.advance(hour);
  await Promise.all(clients.map(({ closed }) => closed));
  expect(honest.connected).toBe(true);
});

test('of one address only so many are read before they are signed in; the others get their turn', async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const { port, metric } = await aTestBroker({
    limits: { halfOpenPerAddress: 3 },
    authenticate: ({ username }) =>
      new Promise((resolve) => {
        asked += 1;
        answers.push(() => resolve({ name: username, role: 'rig', userId: username }));
      }),
  });
  const clients = await times(10, () => aRawClient(port));
  const connacks = clients.map((client) => client.next('connack'));
  for (const [at, client] of clients.entries()) client.send(connectPacket(`rig_${at}`));
  const settle = () => new Promise((resolve) => setTimeout(resolve, 50));
  await settle();
  expect(asked).toBe(3);
  expect(await metric('dugout_mqtt_half_open')).toBe(10);
  answers.shift()?.();
  await settle();
  expect(asked).toBe(4);
  while (asked < 10 || answers.length > 0) {
    answers.shift()?.();
    await settle();
  }
  await Promise.all(connacks);
  expect(await metric('dugout_mqtt_clients')).toBe(10);
});

test('an address has only so many sockets, and gets room again', async () => {
  const { port, refused, connect } = await aTestBroker({ limits: { socketsPerAddress: 3 } });
  const held = await Promise.all([1, 2, 3].map((at) => aSignedInRawClient(port, `rig_${at}`)));
  const refusedClient = await aRawClient(port);
  await refusedClient.closed;
  expect(await refused('too_many_sockets')).toBe(1);
  const other = await aRawClient(port, '127.0.0.2');
  expect(other.socket.destroyed).toBe(false);
  for (const client of held) client.socket.destroy();
  await Promise.all(held.map(({ closed }) => closed));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await connect('rig_1');
});

describe('topic bombs', () => {
  const publish = { cmd: 'publish', dup: false, retain: false, payload: '{}' } as const;
  const bombs: readonly (readonly [what: string, topic: string, reason: string])[] = [
    ['17 levels', `${'a/'.repeat(16)}a`, 'too_many_levels'],
    ['16 levels', `${'a/'.repeat(15)}a`, 'unknown_topic'],
    ['90 levels of ours', address('a/'.repeat(86)), 'too_many_levels'],
    ['60 kB in one level', 'x'.repeat(60_000), 'unknown_topic'],
    ['a NUL', address('rig/rig_1/\u0000'), 'unknown_topic'],
  ];

  test.each(bombs)('%s: dropped at every quality, and the connection stays', async (_what, topic, reason) => {
    const { port, refused } = await aTestBroker();
    const client = await aSignedInRawClient(port, 'rig_1');
    client.send({ ...publish, qos: 0, topic }, { ...publish, qos: 1, topic, messageId: 1 });
    await client.next('puback');
    client.send({ ...publish, qos: 2, topic, messageId: 2 });
    await client.next('pubrec');
    expect(await refused(reason)).toBe(3);
    client.send({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic, qos: 1 }] });
    expect(await client.next('suback')).toMatchObject({ granted: [128] });
    expect(client.socket.destroyed).toBe(false);
  });

  test('60,000 levels are dropped at QoS 0; at QoS 1 aedes closes the connection', async () => {
    const { port, refused, connect } = await aTestBroker();
    const client = await aSignedInRawClient(port, 'rig_1');
    const topic = 'a/'.repeat(30_000);
    client.send({ ...publish, qos: 0, topic }, { cmd: 'pingreq' });
    await client.next('pingresp');
    expect(await refused('too_many_levels')).toBe(1);
    client.send({ ...publish, qos: 1, topic, messageId: 1 });
    await client.closed;
    expect(await refused('malformed')).toBe(1);
    await connect('rig_1');
  });
});

test('QoS 2 messages that are never released are bounded', async () => {
  const { port, connect, refused } = await aTestBroker();
  const client = await aSignedInRawClient(port, 'rig_1');
  const publish = { cmd: 'publish', qos: 2, dup: false, retain: false, payload: '{"seq":1}' } as const;
  for (let messageId = 1; messageId <= 65_535 && !client.socket.destroyed; messageId += 1) {
    client.send({ ...publish, topic: address('rig/rig_1/event'), messageId });
    if (messageId % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await client.closed;
  expect(await refused('malformed')).toBe(1);
  await connect('rig_1');
});

test('subscriptions of one client are bounded', async () => {
  const { connect, refused } = await aTestBroker({ limits: { subscriptionsPerClient: 5 } });
  const rig = await connect('rig_1');
  const subscribe = (lane: number) => rig.subscribeAsync(address(`public/board/${lane}`), { qos: 0 });
  for (let lane = 0; lane < 5; lane += 1) await subscribe(lane);
  await expect(subscribe(5)).rejects.toThrow();
  expect(await refused('subscribe')).toBe(1);
  await rig.unsubscribeAsync(address('public/board/0'));
  await subscribe(6);
});

test.each([
  ['messages', { queuedMessagesPerSession: 3 }, 'x', 3],
  ['bytes', { queuedBytesPerSession: 1_000 }, 'x'.repeat(300), 3],
])('what waits for a session is bounded in %s', async (_what, limits, name, kept) => {
  const { broker, connect, dropped, metric } = await aTestBroker({ persistentRoles: ['rig'], limits });
  const rig = await connect('rig_1', { clean: false });
  await rig.subscribeAsync(address('rig/rig_1/command'), { qos: 1 });
  await rig.endAsync();
  for (let at = 0; at < 5; at += 1) broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name });
  expect(await metric('dugout_mqtt_queued_messages')).toBe(kept);
  expect(await metric('dugout_mqtt_queued_bytes')).toBe(kept * JSON.stringify({ name }).length);
  expect(await dropped('queue_full')).toBe(5 - kept);
});

test.each([
  ['messages', { retainedMessages: 3 }],
  ['bytes', { retainedBytes: 3 * (address('public/board/0').length + '{"version":1}'.length) }],
])('what is retained is bounded in %s', async (_what, limits) => {
  const { broker, dropped, metric } = await aTestBroker({ limits });
  for (let lane = 0; lane < 5; lane += 1) broker.publish(boardTopic, { lane: `${lane}` }, { version: 1 });
  expect(await metric('dugout_mqtt_retained_messages')).toBe(3);
  expect(await dropped('retained_full')).toBe(2);
  broker.clear(boardTopic, { lane: '0' });
  broker.publish(boardTopic, { lane: '4' }, { version: 1 });
  expect(await metric('dugout_mqtt_retained_messages')).toBe(3);
  expect(await metric('dugout_mqtt_retained_bytes')).toBeGreaterThan(0);
});

test('all addresses together have only so many sockets', async () => {
  const { port, refused } = await aTestBroker({ limits: { sockets: 4 } });
  await Promise.all([2, 3, 4, 5].map((at) => aRawClient(port, `127.0.0.${at}`)));
  const tooMany = await aRawClient(port, '127.0.0.6');
  await tooMany.closed;
  expect(await refused('too_many_sockets')).toBe(1);
});

test('a thousand clients that come back at once are all served', async () => {
  const { port, clients, refused, metric } = await aTestBroker({
    authenticate: async ({ username }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { name: username, role: 'rig', userId: username };
    },
  });
  const names = Array.from({ length: 1_000 }, (_, at) => `rig_${at}`);
  const come = () => Promise.all(names.map((name) => aSignedInRawClient(port, name)));
  const first = await come();
  expect(await clients()).toBe(1_000);
  for (const { socket } of first) socket.resetAndDestroy();
  await until(async () => (await clients()) === 0);
  await come();
  expect(await clients()).toBe(1_000);
  expect(await metric('dugout_mqtt_sign_ins_total')).toBe(2_000);
  expect(await refused('too_many_sockets')).toBe(0);
});
