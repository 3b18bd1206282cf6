import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { generate, type Packet } from 'mqtt-packet';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { connectPacket } from '../../testing/raw-mqtt.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import {
  address,
  aTestBroker,
  eventTopic,
  stateTopic,
  testTopics,
  until,
} from '../../testing/test-broker.ts';
import { systemClock } from '../clock.ts';
import { handledBy } from './topic.ts';

const sessions = Number(process.env['FUZZ_SESSIONS'] ?? 2_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const atOnce = 20;

/** The same seed gives the same attack. */
function randomness(from: number) {
  const next = seededRandom(from);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (likely: number) => next() < likely,
    pick: <T>(from: readonly T[]) => from[below(from.length)],
  };
}
type Random = ReturnType<typeof randomness>;

const mine = address('rig/rig_9/state');
const will = { topic: mine, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true } as const;
const publish = {
  cmd: 'publish',
  dup: false,
  retain: false,
  messageId: 4,
  payload: '{"state":"online"}',
} as const;
const corpus: readonly Packet[] = [
  { ...publish, qos: 0, topic: mine },
  { ...publish, qos: 1, topic: mine, retain: true },
  { ...publish, qos: 2, topic: mine },
  { ...publish, qos: 1, topic: address('rig/rig_2/state') },
  { ...publish, qos: 0, topic: address('glove/rig_9/stream'), payload: Buffer.alloc(2000) },
  { cmd: 'pubrel', messageId: 4 },
  { cmd: 'pubrec', messageId: 4 },
  { cmd: 'puback', messageId: 4 },
  { cmd: 'pubcomp', messageId: 4 },
  {
    cmd: 'subscribe',
    messageId: 5,
    subscriptions: [
      { topic: mine, qos: 1 },
      { topic: '#', qos: 2 },
    ],
  },
  { cmd: 'subscribe', messageId: 6, subscriptions: [{ topic: address('public/board/+'), qos: 0 }] },
  { cmd: 'unsubscribe', messageId: 7, unsubscriptions: [mine] },
  { cmd: 'pingreq' },
  { cmd: 'disconnect' },
];

function aSession({ below, chance, pick }: Random): Buffer {
  const connect = connectPacket('rig_9', {
    clean: chance(0.5),
    ...(chance(0.5) ? { will } : {}),
    ...(chance(0.1) ? { protocolVersion: 3, protocolId: 'MQIsdp' } : {}),
  });
  const packets: Packet[] = chance(0.95) ? [connect] : [];
  for (let count = below(8); count > 0; count -= 1) packets.push(pick(corpus) ?? connect);
  // Reordered: one packet goes somewhere else.
  if (chance(0.3))
    packets.splice(below(packets.length + 1), 0, ...packets.splice(below(packets.length + 1), 1));
  if (chance(0.05)) packets.reverse();
  return Buffer.concat(packets.map((packet) => generate(packet)));
}

function mutate(bytes: Buffer, { below, chance }: Random): Buffer {
  let mutated = Buffer.from(bytes);
  for (let count = below(6); count > 0; count -= 1) {
    const at = below(mutated.length + 1);
    const [before, after] = [mutated.subarray(0, at), mutated.subarray(at)];
    const kind = below(5);
    if (kind === 0 && at < mutated.length) mutated[at] = (mutated[at] ?? 0) ^ (1 << below(8));
    else if (kind === 1) mutated = Buffer.concat([before, Buffer.from([below(256)]), after]);
    else if (kind === 2) mutated = Buffer.concat([before, after.subarray(1)]);
    else if (kind === 3) mutated = Buffer.concat([before, after.subarray(0, below(20)), after]);
    else if (chance(0.3)) mutated = Buffer.from(before);
  }
  return mutated;
}

async function attackOverTcp(port: number, bytes: Buffer, random: Random): Promise<void> {
  const socket = connectSocket(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.on('data', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const cut = random.below(bytes.length + 1);
  const abrupt = random.chance(0.5);
  await once(socket, 'connect').catch(() => {});
  socket.write(bytes.subarray(0, cut));
  await new Promise((resolve) => setImmediate(resolve));
  if (abrupt) {
    socket.write(bytes.subarray(cut));
    setTimeout(() => socket.resetAndDestroy(), 5);
  } else socket.end(bytes.subarray(cut));
  await closed;
}

async function attackOverWebSocket(url: string, bytes: Buffer, random: Random): Promise<void> {
  const websocket = new WebSocket(url, 'mqtt');
  websocket.on('error', () => {});
  const closed = new Promise((resolve) => websocket.once('close', resolve));
  const cut = random.below(bytes.length + 1);
  await once(websocket, 'open');
  websocket.send(bytes.subarray(0, cut));
  websocket.send(bytes.subarray(cut));
  setTimeout(() => websocket.terminate(), 5);
  await closed;
}

test(`${sessions} mutated sessions leave the broker and an honest client alone`, {
  timeout: 600_000,
}, async () => {
  let stored = 0;
  const counted = handledBy(eventTopic, async () => {
    stored += 1;
  });
  const slowly = handledBy(stateTopic, () => new Promise((resolve) => setImmediate(resolve)));
  const others = testTopics.filter(({ name }) => name !== 'event' && name !== 'state');
  const { broker, port, connect, clients, metric } = await aTestBroker({
    topics: [counted, slowly, ...others],
    persistentRoles: ['rig'],
    limits: { connectTimeoutMs: 200 },
  });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  broker.attach(server, '/mqtt', { origins: [] });
  onTestFinished(() => void server.close());
  const where = server.address();
  const url = `ws://127.0.0.1:${typeof where === 'object' ? where?.port : ''}/mqtt`;

  const honest = await connect('rig_1');
  let over = false;
  let sent = 0;
  const took: number[] = [];
  const honesty = (async () => {
    while (!over) {
      const begin = systemClock.monotonic();
      await honest.publishAsync(address('rig/rig_1/event'), `{"seq":${sent}}`, { qos: 1 });
      sent += 1;
      took.push(systemClock.monotonic() - begin);
    }
  })();

  let begun = 0;
  const attacker = async () => {
    while (begun < sessions) {
      const random = randomness(seed * 1_000_003 + begun);
      begun += 1;
      const bytes = mutate(aSession(random), random);
      if (begun % 5 === 0) await attackOverWebSocket(url, bytes, random);
      else await attackOverTcp(port, bytes, random);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, attacker));
  over = true;
  await honesty;

  const p99 = took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0;
  process.stdout.write(
    `${sessions} mutated sessions; an honest QoS 1 client beside them: ${sent} acknowledged, p99 ${p99.toFixed(1)} ms\n`,
  );
  expect(honest.connected).toBe(true);
  expect(sent).toBeGreaterThan(10);
  expect(stored).toBe(sent);
  await until(async () => (await clients()) === 1);
  await until(async () => (await metric('dugout_mqtt_half_open')) === 0);
});
