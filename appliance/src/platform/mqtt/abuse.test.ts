import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aRawClient, aSignedInRawClient, connectPacket, type RawClient } from '../../testing/raw-mqtt.ts';
import { address, aTestBroker, until } from '../../testing/test-broker.ts';

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

test('256 MB announced before sign-in by fifty sockets cost nothing', async () => {
  const { port, refused, connect } = await aTestBroker();
  global.gc?.();
  const before = process.memoryUsage().rss;
  const attackers = await times(50, () => aRawClient(port));
  for (const attacker of attackers) stream(attacker, hugeConnect);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  await Promise.all(attackers.map(({ closed }) => closed));
  clearInterval(watch);
  expect(await refused('packet_too_large')).toBe(50);
  expect(peak - before).toBeLessThan(50 * MB);
  await connect('rig_1');
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

test('topic bombs are dropped and the connection stays', async () => {
  const { port, refused } = await aTestBroker();
  const client = await aSignedInRawClient(port, 'rig_1');
  const publish = { cmd: 'publish', qos: 1, dup: false, retain: true, payload: '{}' } as const;
  for (const [at, topic] of [
    address('a/'.repeat(90)),
    'x'.repeat(60_000),
    address('rig/rig_1/\u0000'),
  ].entries()) {
    const puback = client.next('puback');
    client.send({ ...publish, topic, messageId: at + 1 });
    await puback;
  }
  expect(await refused('too_many_levels')).toBe(1);
  expect(await refused('unknown_topic')).toBe(2);
  expect(client.socket.destroyed).toBe(false);
});

test('QoS 2 messages that are never released are bounded', async () => {
  const { port, connect } = await aTestBroker();
  const client = await aSignedInRawClient(port, 'rig_1');
  const publish = { cmd: 'publish', qos: 2, dup: false, retain: false, payload: '{"seq":1}' } as const;
  for (let messageId = 1; messageId <= 65_535 && !client.socket.destroyed; messageId += 1) {
    client.send({ ...publish, topic: address('rig/rig_1/event'), messageId });
    if (messageId % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await client.closed;
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
