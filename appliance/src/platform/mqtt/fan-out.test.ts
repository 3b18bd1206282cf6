import { describe, expect, test } from 'vitest';
import { aSignedInRawClient } from '../../testing/raw-mqtt.ts';
import { address, aTestBroker, boardTopic, inbox, streamTopic, until } from '../../testing/test-broker.ts';
import { handledBy } from './topic.ts';

const stream = address('glove/glove_1/stream');
const publish = { cmd: 'publish', qos: 0, dup: false, retain: false, topic: stream } as const;

test.each([0, 1] as const)(
  'at QoS %s who may read is asked once, and again when a reader comes or goes',
  async (qos) => {
    let asked = 0;
    const counted = { ...streamTopic };
    Object.defineProperty(counted, 'subscribe', {
      get() {
        asked += 1;
        return streamTopic.subscribe;
      },
    });
    const { port, connect } = await aTestBroker({ topics: [counted] });
    const staff = await connect('staff_1');
    await staff.subscribeAsync(address('glove/+/stream'), { qos });
    const messages = inbox(staff);
    const glove = await aSignedInRawClient(port, 'glove_1');
    const say = async (...texts: string[]) => {
      messages.length = 0;
      asked = 0;
      glove.send(...texts.map((payload, at) => ({ ...publish, qos, payload, messageId: at + 1 })));
      await until(() => messages.length === texts.length);
      return asked;
    };
    expect(await say('1', '2', '3', '4', '5')).toBe(1);
    expect(await say('6', '7')).toBe(0);
    const other = await connect('staff_2');
    await other.subscribeAsync(stream, { qos });
    const others = inbox(other);
    expect(await say('8', '9')).toBe(2);
    await until(() => others.length === 2);
    await other.endAsync();
    expect(await say('10')).toBe(1);
    expect(others).toHaveLength(2);
  },
);

test('the packet ids of a connection follow one another, whoever gives them out', async () => {
  const { port } = await aTestBroker();
  const staff = await aSignedInRawClient(port, 'staff_1');
  staff.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: stream, qos: 2 }] });
  await staff.next('suback');
  const ids = () => staff.received.flatMap((one) => (one.cmd === 'publish' ? one.messageId : []));
  const glove = await aSignedInRawClient(port, 'glove_1');
  for (let round = 1; round <= 3; round += 1) {
    for (const qos of [1, 1, 2] as const) glove.send({ ...publish, qos, payload: 'x', messageId: round });
    await glove.next('pubrec');
    glove.send({ cmd: 'pubrel', messageId: round });
    await until(() => ids().length === 3 * round);
  }
  expect(ids().toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a client that says it is a bridge is a client like any other', async () => {
  const { port } = await aTestBroker();
  const bridge = { keepalive: 30, bridgeMode: true };
  const staff = await aSignedInRawClient(port, 'staff_1', bridge);
  const state = address('rig/rig_1/state');
  staff.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: state, qos: 1 }] });
  await staff.next('suback');
  const rig = await aSignedInRawClient(port, 'rig_1');
  const seen = () => staff.received.flatMap((one) => (one.cmd === 'publish' ? one.retain : []));
  for (const messageId of [1, 2]) {
    rig.send({ ...publish, topic: state, qos: 1, retain: true, messageId, payload: '{"state":"online"}' });
    await until(() => seen().length === messageId);
  }
  expect(seen()).toEqual([false, false]);
});

describe('a reader who does not keep up', () => {
  test('is skipped and counted, whichever way a message goes, and the others miss nothing', async () => {
    for (const fanOut of [true, false]) {
      const { port, connect, dropped, metric } = await aTestBroker({
        levers: { fanOut },
        limits: {
          backlogBytes: 200_000,
          slowAfterMs: 1,
          burstBytes: Number.POSITIVE_INFINITY,
          drainTimeoutMs: 60_000,
        },
      });
      const frozen = await aSignedInRawClient(port, 'staff_2');
      frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: stream, qos: 0 }] });
      await frozen.next('suback');
      frozen.socket.pause();
      const staff = await connect('staff_1');
      await staff.subscribeAsync(stream, { qos: 0 });
      let received = 0;
      staff.on('message', () => {
        received += 1;
      });
      const glove = await aSignedInRawClient(port, 'glove_1');
      const payload = Buffer.alloc(10_000);
      for (let part = 1; part <= 150; part += 1) {
        glove.send(...Array(10).fill({ ...publish, payload }));
        await until(() => received === part * 10);
      }
      const skipped = await dropped('slow_subscriber');
      expect(skipped).toBeGreaterThan(0);
      expect(await metric('dugout_mqtt_messages_total', { direction: 'sent' })).toBe(2 * 1_500 - skipped);
    }
  });

  test('is not the one to whom much comes at once', async () => {
    for (const fanOut of [true, false]) {
      const { port, connect, dropped } = await aTestBroker({
        levers: { fanOut },
        limits: { backlogBytes: 10_000, slowAfterMs: 600_000 },
      });
      const staff = await connect('staff_1');
      await staff.subscribeAsync(stream, { qos: 0 });
      const messages = inbox(staff);
      const glove = await aSignedInRawClient(port, 'glove_1');
      glove.send(...Array(10_000).fill({ ...publish, payload: Buffer.alloc(64) }));
      await until(() => messages.length === 10_000);
      expect(await dropped('slow_subscriber')).toBe(0);
    }
  });

  test('is cut off by what must not be lost, whichever way it goes', async () => {
    for (const fanOut of [true, false]) {
      const { port, connect, dropped } = await aTestBroker({
        levers: { fanOut },
        limits: { cutOffBytes: 100_000 },
      });
      const frozen = await aSignedInRawClient(port, 'staff_2');
      frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: stream, qos: 1 }] });
      await frozen.next('suback');
      frozen.socket.pause();
      const staff = await connect('staff_1');
      await staff.subscribeAsync(stream, { qos: 1 });
      const messages = inbox(staff);
      const glove = await aSignedInRawClient(port, 'glove_1');
      const payload = Buffer.alloc(50_000);
      let sent = 0;
      while ((await dropped('cut_off')) === 0) {
        glove.send(
          { ...publish, qos: 1, payload, messageId: 1 },
          { ...publish, qos: 1, payload, messageId: 2 },
        );
        sent += 2;
        await until(() => messages.length === sent);
      }
      frozen.socket.resume();
      await frozen.closed;
    }
  });

  test('a sender cannot outrun the handlers', async () => {
    let begun = 0;
    const gate = Promise.withResolvers<void>();
    const waiting = handledBy(streamTopic, () => {
      begun += 1;
      return gate.promise;
    });
    const { port, connect } = await aTestBroker({ topics: [waiting, boardTopic] });
    const glove = await aSignedInRawClient(port, 'glove_1');
    const all = 20_000;
    const payload = Buffer.alloc(1_000);
    for (let part = 0; part < all / 100; part += 1) glove.send(...Array(100).fill({ ...publish, payload }));
    await connect('glove_2');
    let before = -1;
    await until(() => {
      const still = begun === before;
      before = begun;
      return still && begun > 0;
    });
    gate.resolve();
    expect(before).toBeLessThan(all / 20);
  });
});
