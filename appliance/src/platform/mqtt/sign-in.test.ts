import { describe, expect, test } from 'vitest';
import { aRawClient, aSignedInRawClient, connectPacket } from '../../testing/raw-mqtt.ts';
import { address, aTestBroker, closed, commandTopic, identityOf, until } from '../../testing/test-broker.ts';
import { defineProblems, Problem } from '../errors.ts';
import type { Identity } from './topic.ts';

const problems = defineProblems({
  test_too_many: { status: 429, title: 'Too many tries.', cause: '', remedy: '' },
});

async function answerTo(port: number, ...packet: Parameters<typeof connectPacket>): Promise<number> {
  const client = await aRawClient(port);
  const connack = client.next('connack');
  client.send(connectPacket(...packet));
  const { returnCode } = (await connack) as { returnCode?: number };
  if (returnCode !== 0) await client.closed;
  client.socket.destroy();
  return returnCode ?? expect.fail();
}

describe('who may connect', () => {
  test.each([
    ['its name', 'rig_1', {}, 0],
    ['its name and more', 'rig_1', { clientId: 'rig_1-left' }, 0],
    ['a wrong password', 'rig_1', { password: Buffer.from('wrong') }, 5],
    ['no password', 'rig_1', { password: undefined }, 5],
    ['no name', 'rig_1', { username: undefined, password: undefined }, 5],
    ['an empty name', 'rig_1', { username: '', password: Buffer.from('') }, 5],
    ['an unknown name', 'nobody', {}, 5],
    ['no client id', 'rig_1', { clientId: '' }, 5],
    ["another device's client id", 'rig_1', { clientId: 'rig_2' }, 5],
    ['a client id that only begins alike', 'rig_1', { clientId: 'rig_11' }, 5],
    ['a client id with a NUL', 'rig_1', { clientId: 'rig_1-\u0000' }, 5],
    ['a client id without end', 'rig_1', { clientId: `rig_1-${'x'.repeat(4000)}` }, 5],
    ['the constructor', 'rig_1', { clientId: '__proto__' }, 5],
    ['MQTT 5', 'rig_1', { protocolVersion: 5 as const }, 1],
  ])('%s', async (_what, name, packet, returnCode) => {
    const { port } = await aTestBroker();
    const fields = Object.fromEntries(Object.entries(packet).map(([key, value]) => [key, value]));
    expect(await answerTo(port, name, fields)).toBe(returnCode);
  });

  test('refusals are counted by reason', async () => {
    const { port, refused, clients } = await aTestBroker();
    await answerTo(port, 'nobody');
    await answerTo(port, 'rig_1', { clientId: 'rig_2' });
    expect(await refused('bad_credentials')).toBe(1);
    expect(await refused('foreign_client_id')).toBe(1);
    expect(await clients()).toBe(0);
  });

  test('an authenticator may say no with a problem', async () => {
    const { port, refused } = await aTestBroker({
      authenticate: () => Promise.reject(new Problem(problems.test_too_many)),
    });
    expect(await answerTo(port, 'rig_1')).toBe(5);
    expect(await refused('test_too_many')).toBe(1);
  });

  test('nobody gets in when the authenticator throws or never answers', async () => {
    const away = await aTestBroker({ authenticate: () => Promise.reject(new Error('the database is away')) });
    expect(await answerTo(away.port, 'rig_1')).toBe(3);
    const mute = await aTestBroker({
      authenticate: () => new Promise(() => {}),
      limits: { signInTimeoutMs: 50 },
    });
    const client = await aRawClient(mute.port);
    client.send(connectPacket('rig_1'));
    await client.closed;
    expect(client.received).toEqual([]);
  });
});

describe('client ids', () => {
  test('one that is stolen a hundred times leaves its owner untouched', async () => {
    const { port, connect, refused } = await aTestBroker();
    const victim = await connect('rig_2');
    let disturbed = 0;
    victim.on('close', () => {
      disturbed += 1;
    });
    for (let attempt = 0; attempt < 100; attempt += 1) {
      expect(await answerTo(port, 'rig_1', { clientId: 'rig_2' })).toBe(5);
    }
    await victim.publishAsync(address('rig/rig_2/event'), '{"seq":1}', { qos: 1 });
    expect(disturbed).toBe(0);
    expect(await refused('foreign_client_id')).toBe(100);
  });

  test('of two names of which one begins with the other, each keeps its own', async () => {
    const authenticate = async ({ username }: { username: string }): Promise<Identity> => ({
      name: username,
      role: 'rig',
      userId: username,
    });
    const { port, connect } = await aTestBroker({ authenticate });
    const longer = await connect('a-1');
    expect(await answerTo(port, 'a', { clientId: 'a-1' })).toBe(5);
    expect(longer.connected).toBe(true);
    longer.end(true);
    const squatter = await connect('a', { clientId: 'a-1' });
    const gone = closed(squatter);
    await connect('a-1');
    await gone;
  });

  test('a device that comes back takes its own place', async () => {
    const { connect, clients } = await aTestBroker();
    const before = await connect('rig_1');
    const gone = closed(before);
    const now = await connect('rig_1');
    await gone;
    await now.publishAsync(address('rig/rig_1/event'), '{"seq":1}', { qos: 1 });
    expect(await clients()).toBe(1);
  });
});

describe('revocation', () => {
  test('closes every live connection of the name, and no other', async () => {
    const { broker, connect, clients } = await aTestBroker();
    const revoked = await Promise.all([connect('rig_1'), connect('rig_1', { clientId: 'rig_1-b' })]);
    const gone = Promise.all(revoked.map(closed));
    const other = await connect('rig_2');
    broker.disconnect('rig_1');
    await gone;
    await until(async () => (await clients()) === 1);
    expect(other.connected).toBe(true);
  });

  test('refuses a sign-in that was under way', async () => {
    const asked: ((identity: Identity | null) => void)[] = [];
    const { broker, port } = await aTestBroker({
      authenticate: () =>
        new Promise((resolve) => {
          asked.push(resolve);
        }),
    });
    const client = await aRawClient(port);
    const connack = client.next('connack');
    client.send(connectPacket('rig_1'));
    await until(() => asked.length > 0);
    broker.disconnect('rig_1');
    asked[0]?.(identityOf('rig_1'));
    expect(await connack).toMatchObject({ returnCode: 5 });
  });

  test('forgets what waited for the name', async () => {
    const { broker, connect, port, metric } = await aTestBroker({ persistentRoles: ['rig'] });
    const rig = await connect('rig_1', { clean: false });
    await rig.subscribeAsync(address('rig/rig_1/command'), { qos: 1 });
    await rig.endAsync();
    broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name: 'start' });
    expect(await metric('dugout_mqtt_queued_messages')).toBe(1);
    broker.disconnect('rig_1');
    expect(await metric('dugout_mqtt_queued_messages')).toBe(0);
    const again = await aSignedInRawClient(port, 'rig_1', { clean: false });
    expect(again.received).toMatchObject([{ cmd: 'connack', sessionPresent: false }]);
  });
});

test('a keep-alive that is missing or endless counts as the longest there is', async () => {
  const { port } = await aTestBroker({ limits: { longestKeepAliveS: 0.05 } });
  for (const keepalive of [0, 65_535]) {
    const client = await aSignedInRawClient(port, 'rig_1', { keepalive });
    await client.closed;
  }
});
