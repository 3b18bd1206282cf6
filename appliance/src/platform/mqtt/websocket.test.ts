import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { generate } from 'mqtt-packet';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { connectPacket } from '../../testing/raw-mqtt.ts';
import {
  address,
  aTestBroker,
  boardTopic,
  connectClient,
  inbox,
  type TestBrokerOptions,
  until,
} from '../../testing/test-broker.ts';

async function aWebBroker(options: TestBrokerOptions = {}) {
  const test = await aTestBroker(options);
  const server = createServer((_request, response) => response.end('page'));
  test.broker.attach(server, '/mqtt', { origins: ['https://console.example'] });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await test.broker.stop();
    server.close();
    server.closeAllConnections();
  });
  const port = portOf(server);
  return { ...test, server, host: `127.0.0.1:${port}`, url: `ws://127.0.0.1:${port}/mqtt` };
}

function portOf(server: Server): number {
  const where = server.address();
  return typeof where === 'object' && where !== null ? where.port : expect.fail();
}

/** `open`, or the status the upgrade was refused with. */
function knock(url: string, options: WebSocket.ClientOptions = {}, protocol: string | string[] = 'mqtt') {
  const websocket = new WebSocket(url, protocol, options);
  onTestFinished(() => websocket.terminate());
  return new Promise<string | number | undefined>((resolve) => {
    websocket.once('open', () => resolve('open'));
    websocket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
    websocket.on('error', () => {});
  });
}

async function aSignedInWebSocket(url: string, name: string) {
  const websocket = new WebSocket(url, 'mqtt');
  onTestFinished(() => websocket.terminate());
  websocket.on('error', () => {});
  const frames: Buffer[] = [];
  websocket.on('message', (frame: Buffer) => frames.push(frame));
  await once(websocket, 'open');
  websocket.send(generate(connectPacket(name)));
  await until(() => frames.length > 0);
  return { websocket, frames, closed: once(websocket, 'close') };
}

test('a browser is a client like any other', async () => {
  const { url, broker, connect } = await aWebBroker();
  const screen = await connectClient(url, 'player_1', {});
  await screen.subscribeAsync(address('public/board/+'), { qos: 1 });
  const messages = inbox(screen);
  broker.publish(boardTopic, { lane: 'one' }, { version: 1 });
  await until(() => messages.length > 0);
  await expect(screen.subscribeAsync(address('rig/+/state'), { qos: 1 })).rejects.toThrow();
  await expect(connectClient(url, 'player_1', { password: 'wrong' })).rejects.toThrow();
  const rig = await connect('rig_1');
  expect(rig.connected).toBe(true);
});

test.each([
  ['no origin', {}, 'open'],
  ['the page of the appliance itself', { origin: 'http://127.0.0.1:PORT' }, 'open'],
  ['a listed origin', { origin: 'https://console.example' }, 'open'],
  ['a foreign origin', { origin: 'https://evil.example' }, 403],
  ['an opaque origin', { origin: 'null' }, 403],
])('%s: %s', async (_what, { origin }: { origin?: string }, answer) => {
  const { url, host } = await aWebBroker();
  const options = origin === undefined ? {} : { origin: origin.replace('127.0.0.1:PORT', host) };
  expect(await knock(url, options)).toBe(answer);
});

test('only MQTT is spoken, and only at its path', async () => {
  const { url, host, refused } = await aWebBroker();
  expect(await knock(url, {}, [])).toBe(400);
  expect(await knock(url, {}, 'chat')).toBe(400);
  expect(await knock(url, {}, ['chat', 'mqtt'])).toBe('open');
  expect(await knock(`ws://${host}/other`)).toBe(404);
  expect(await knock(`${url}?token=1`)).toBe('open');
  expect(await refused('not_mqtt')).toBe(2);
});

test('another WebSocket of the same server is left alone', async () => {
  const { host, server } = await aWebBroker();
  const other = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/other') other.handleUpgrade(request, socket, head, () => {});
  });
  expect(await knock(`ws://${host}/other`, {}, [])).toBe('open');
});

test('the same guard stands before sign-in', async () => {
  const { url, refused } = await aWebBroker();
  const websocket = new WebSocket(url, 'mqtt');
  websocket.on('error', () => {});
  await once(websocket, 'open');
  websocket.send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await once(websocket, 'close');
  expect(await refused('packet_too_large')).toBe(1);
});

test.each([
  ['text', (websocket: WebSocket) => websocket.send('hello')],
  [
    'a frame without end',
    (websocket: WebSocket) => websocket.send(Buffer.alloc(600 * 1024, Buffer.from([0xc0, 0]))),
  ],
  [
    'a million fragments',
    (websocket: WebSocket) => {
      for (let at = 0; at < 5_000; at += 1) websocket.send(Buffer.alloc(1), { fin: false });
    },
  ],
])('%s closes the connection', async (_what, misbehave) => {
  const { url, connect } = await aWebBroker();
  const { websocket, closed } = await aSignedInWebSocket(url, 'player_1');
  misbehave(websocket);
  await closed;
  await connect('rig_1');
});

test('what is sent in one turn leaves as one frame', async () => {
  const { url, broker } = await aWebBroker();
  const { websocket, frames } = await aSignedInWebSocket(url, 'player_1');
  const subscriptions = [{ topic: address('public/board/+'), qos: 0 as const }];
  websocket.send(generate({ cmd: 'subscribe', messageId: 1, subscriptions }));
  await until(() => frames.length === 2);
  frames.length = 0;
  for (let version = 0; version < 100; version += 1) broker.publish(boardTopic, { lane: 'one' }, { version });
  await until(() => Buffer.concat(frames).includes('{"version":99}'));
  expect(frames).toHaveLength(1);
});

test('a packet in pieces is put together', async () => {
  const { url } = await aWebBroker();
  const websocket = new WebSocket(url, 'mqtt');
  await once(websocket, 'open');
  for (const byte of generate(connectPacket('player_1'))) websocket.send(Buffer.from([byte]));
  const [connack] = await once(websocket, 'message');
  expect(connack).toEqual(Buffer.from([0x20, 2, 0, 0]));
  websocket.terminate();
});

test('nobody is let in before the retained state is back', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  await aTestBroker({
    restore: async (broker) => {
      broker.attach(server, '/mqtt', { origins: [] });
      const websocket = new WebSocket(`ws://127.0.0.1:${portOf(server)}/mqtt`, 'mqtt');
      websocket.on('error', () => {});
      websocket.once('open', () => websocket.send(generate(connectPacket('rig_1'))));
      const answered = once(websocket, 'message').then(() => 'answered');
      expect(await Promise.race([answered, once(websocket, 'close').then(() => 'closed')])).toBe('closed');
    },
  });
});
