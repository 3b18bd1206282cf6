import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Glove, GloveCounts } from '../../../contract/gloves.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { createBlockingGlove } from './testing/blocking-glove.ts';

const venue = await aTestAppliance({ environment: { DUGOUT_GLOVE_TCP_PORT: '0' } });
afterAll(venue.stop);

const glovesAt = async (at: TestAppliance): Promise<Glove[]> =>
  (await at.get('/api/gloves', { as: 'user' })).body.items;
const cutsAt = async (at: TestAppliance): Promise<GloveCounts['connections_cut']> =>
  (await at.get('/api/gloves/counts', { as: 'user' })).body.connections_cut;

/** Somebody who connects to the port of gloves from an address of their own. */
async function aCaller(at: TestAppliance, from: string): Promise<Socket & { over: Promise<unknown> }> {
  const socket = connect({
    port: at.ports.gloves ?? 0,
    host: '127.0.0.1',
    localAddress: from,
    noDelay: true,
  });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  const over = once(socket, 'close');
  socket.resume();
  await once(socket, 'connect');
  return Object.assign(socket, { over });
}

function* lines(count: number): Generator<string> {
  for (let nth = 0; nth < count; nth += 1) {
    const curl = 400 + ((nth * 37) % 3_000);
    // As `println` ends them.
    yield `A${curl}B${curl}C${curl}D${curl}E${curl}F2047G2047P0\n\r\n`;
  }
}

describe('a glove that calls', () => {
  test('is answered line by line, becomes a device that nobody can sign in as, and is known again', async () => {
    const name = 'glove-127-0-0-21';
    const isThere = async () =>
      (await glovesAt(venue)).find((glove) => glove.name === name)?.presence === 'online';
    for (const life of [1, 2]) {
      const socket = await aCaller(venue, '127.0.0.21');
      const firmware = createBlockingGlove(lines(400), (line) => void socket.write(line), { begins: false });
      onTestFinished(firmware.stop);
      socket.on('data', (bytes: Buffer) => firmware.hear(bytes));
      socket.write('the end of a line\n');
      await until(async () => firmware.sent() === 400 && (await isThere()));
      expect(firmware.waits()).toBe(0);
      socket.destroy();
      await until(async () => !(await isThere()));
      expect((await glovesAt(venue)).filter((glove) => glove.name === name)).toMatchObject([
        { way: 'tcp', wire: 'alpha', health: { runs: life, rejected: 0 } },
      ]);
    }
    const signIn = await venue.post('/api/login', { body: { username: name, password: name } });
    expect(signIn.status).toBe(401);
  });

  test('twice from one address is two gloves', async () => {
    for (let nth = 0; nth < 2; nth += 1) {
      const socket = await aCaller(venue, '127.0.0.22');
      const firmware = createBlockingGlove(lines(100_000), (line) => void socket.write(line), {
        begins: false,
      });
      onTestFinished(firmware.stop);
      socket.on('data', (bytes: Buffer) => firmware.hear(bytes));
      socket.write('\n');
    }
    await until(async () => {
      const there = (await glovesAt(venue)).filter(({ presence }) => presence === 'online');
      return there.length === 2;
    });
    const names = (await glovesAt(venue)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['glove-127-0-0-22', 'glove-127-0-0-22-2']));
  });

  test('that is revoked is not let in again', async () => {
    const name = 'glove-127-0-0-21';
    const { items } = (await venue.get('/api/devices', { as: 'user' })).body;
    const { id } = items.find((device: { name: string }) => device.name === name);
    await venue.post(`/api/devices/${id}/revoke`, { as: 'user' });
    const socket = await aCaller(venue, '127.0.0.21');
    const firmware = createBlockingGlove(lines(100_000), (line) => void socket.write(line), {
      begins: false,
    });
    onTestFinished(firmware.stop);
    socket.on('data', (bytes: Buffer) => firmware.hear(bytes));
    socket.write('\n');
    await socket.over;
    expect(await cutsAt(venue)).toMatchObject({ refused: 1 });
  });
});

test('a glove that waits to be called is called, and called again', async () => {
  let calls = 0;
  const glove = createServer((socket) => {
    calls += 1;
    onTestFinished(() => void socket.destroy());
    const firmware = createBlockingGlove(lines(100_000), (line) => void socket.write(line));
    onTestFinished(firmware.stop);
    socket.on('error', () => {});
    socket.on('data', (bytes) => firmware.hear(bytes));
    if (calls === 1) setImmediate(() => socket.destroy());
  });
  onTestFinished(() => void glove.close());
  glove.listen(0, '127.0.0.1');
  await once(glove, 'listening');
  const address = glove.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const other = await aTestAppliance({ environment: { DUGOUT_GLOVE_PORTS: `tcp://127.0.0.1:${port}` } });
  onTestFinished(other.stop);
  await until(async () => (await glovesAt(other)).some(({ presence }) => presence === 'online'));
  expect(await glovesAt(other)).toMatchObject([{ name: `glove-127-0-0-1-${port}`, way: 'tcp' }]);
  expect(calls).toBe(2);
});

describe('a stranger', () => {
  test('who floods is cut off, counted and shut out, and no device comes of it', async () => {
    const socket = await aCaller(venue, '127.0.0.31');
    const line = Buffer.from([...lines(1)][0] ?? '');
    while (!socket.destroyed && socket.write(Buffer.alloc(64 * 1_024, line))) await new Promise(setImmediate);
    await socket.over;
    expect((await cutsAt(venue))['flood']).toBe(1);
    const again = await aCaller(venue, '127.0.0.31');
    await again.over;
    expect((await cutsAt(venue))['shut_out']).toBe(1);
  });

  test('who speaks something else is no glove', async () => {
    const socket = await aCaller(venue, '127.0.0.32');
    socket.write(`GET / HTTP/1.1\r\n${'Cookie: none of that\r\n'.repeat(2_000)}`);
    await socket.over;
    expect((await cutsAt(venue))['not_a_glove']).toBe(1);
    expect((await glovesAt(venue)).map(({ name }) => name)).not.toContain('glove-127-0-0-32');
  });

  test('who never ends a line, or says nothing, keeps a place for a while only', async () => {
    const clock = createFakeClock();
    const other = await aTestAppliance({ clock, environment: { DUGOUT_GLOVE_TCP_PORT: '0' } });
    onTestFinished(other.stop);
    const silent = await aCaller(other, '127.0.0.33');
    const slow = await aCaller(other, '127.0.0.34');
    slow.write('A');
    await until(async () => {
      await clock.advance(1_000);
      return silent.closed && slow.closed;
    });
    expect(await cutsAt(other)).toEqual({ not_a_glove: 2 });
  });

  test('who connects many times over gets no more than a share of the places', async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => aCaller(venue, '127.0.0.35')));
    await until(async () => sockets.filter(({ closed }) => closed).length === 4);
    expect((await cutsAt(venue))['too_many_from_address']).toBe(4);
  });
});
