import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aSignedInRawClient, type RawClient } from '../../testing/raw-mqtt.ts';
import {
  address,
  aTestBroker,
  commandTopic,
  eventTopic,
  inbox,
  stateTopic,
  testTopics,
  until,
} from '../../testing/test-broker.ts';
import { defineProblems, Problem } from '../errors.ts';
import type { Refusal } from './refusal-log.ts';
import { defineTopic, handledBy, type QoS } from './topic.ts';

const problems = defineProblems({
  test_not_now: { status: 409, title: 'Not now.', cause: '', remedy: '' },
  test_full: { status: 507, title: 'Full.', cause: '', remedy: '' },
});
const event = address('rig/rig_1/event');
let lastId = 0;

function send(client: RawClient, topic: string, payload: string | Buffer, qos: QoS = 1): void {
  lastId += 1;
  client.send({ cmd: 'publish', qos, dup: false, retain: false, topic, payload, messageId: lastId });
}

describe('what does not fit is acknowledged, counted and dropped', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each([
    ['no JSON', 'hello', 'not_json'],
    ['nothing', '', 'not_json'],
    ['half a document', '{"seq":', 'not_json'],
    ['two documents', '{"seq":1}{"seq":2}', 'not_json'],
    ['NaN', '{"seq":NaN}', 'not_json'],
    ['text that is not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'not_json'],
    ['a prototype', '{"seq":1,"__proto__":{"admin":true}}', 'not_json'],
    ['a constructor', '{"seq":1,"constructor":{"prototype":{"admin":true}}}', 'not_json'],
    ['a depth of 33', nested(33), 'too_deep'],
    ['a depth of 30,000', nested(30_000), 'too_deep'],
    ['an endless number', '{"seq":1e999}', 'schema'],
    ['a negative number', '{"seq":-1}', 'schema'],
    ['half a number', '{"seq":0.5}', 'schema'],
    ['a list', '[]', 'schema'],
    ['null', 'null', 'schema'],
    ['too much', `{"seq":1,"more":"${'x'.repeat(70_000)}"}`, 'payload_too_large'],
  ])('%s', async (_what, payload, reason) => {
    const handled: unknown[] = [];
    const told: Refusal[] = [];
    const { port, connect, refused } = await aTestBroker({
      topics: [handledBy(eventTopic, (message) => void handled.push(message))],
      onRefusal: (refusal) => told.push(refusal),
    });
    const staff = await connect('staff_1');
    await staff.subscribeAsync(address('rig/+/event'), { qos: 1 });
    const messages = inbox(staff);
    const rig = await aSignedInRawClient(port, 'rig_1');
    for (const qos of [0, 1, 2] as const) send(rig, event, payload, qos);
    send(rig, event, '{"seq":7}');
    await until(() => messages.length > 0);
    expect(messages.map(({ text }) => text)).toEqual(['{"seq":7}']);
    expect(handled).toHaveLength(1);
    expect(await refused(reason)).toBe(3);
    expect(told).toMatchObject(Array(3).fill({ reason, topic: 'event', identity: { name: 'rig_1' } }));
    expect(rig.received.map(({ cmd }) => cmd).sort()).toEqual(['connack', 'puback', 'puback', 'pubrec']);
  });

  test('and its content is never logged', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const topic = handledBy(eventTopic, ({ payload }) => {
      if (payload.seq === 1) throw new Error('broken');
    });
    const { port, refused } = await aTestBroker({ topics: [topic, stateTopic], logger });
    const rig = await aSignedInRawClient(port, 'rig_1');
    for (const payload of ['canary', '{"canary":1}', '{"seq":"canary"}', '{"seq":1,"more":"canary"}']) {
      send(rig, event, payload, 0);
    }
    send(rig, address('rig/rig_2/state'), '"canary"', 0);
    await until(async () => (await refused('not_granted')) === 1);
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines.join('')).not.toContain('canary');
  });

  test('a device that never stops is logged once a minute', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const { port, refused } = await aTestBroker({ logger });
    const rig = await aSignedInRawClient(port, 'rig_1');
    for (let at = 0; at < 500; at += 1) send(rig, event, 'x', 0);
    await until(async () => (await refused('not_json')) === 500);
    expect(lines).toHaveLength(1);
  });
});

describe('a handler that fails', () => {
  async function aFailingBroker(fail: () => void | Promise<void>) {
    const test = await aTestBroker({ topics: [handledBy(eventTopic, fail), commandTopic] });
    const staff = await test.connect('staff_1');
    await staff.subscribeAsync(address('rig/+/event'), { qos: 1 });
    return { ...test, messages: inbox(staff), rig: await aSignedInRawClient(test.port, 'rig_1') };
  }
  const failures = [
    ['throws', () => expect.fail('broken')],
    ['rejects', () => Promise.reject(new Error('the disk is full'))],
    ['says that nothing can be stored', () => Promise.reject(new Problem(problems.test_full))],
  ] as const;

  test.each(failures)('and %s leaves QoS 1 unacknowledged, so that it is sent again', async (_how, fail) => {
    const { rig, messages, connect, refused } = await aFailingBroker(fail);
    send(rig, event, '{"seq":1}', 1);
    await rig.closed;
    expect(rig.received.map(({ cmd }) => cmd)).toEqual(['connack']);
    expect(messages).toEqual([]);
    expect(await refused('handler_failed')).toBe(1);
    await connect('rig_1');
  });

  test.each(failures)('and %s drops QoS 0', async (_how, fail) => {
    const { rig, messages, refused } = await aFailingBroker(fail);
    send(rig, event, '{"seq":1}', 0);
    await until(async () => (await refused('handler_failed')) === 1);
    rig.send({ cmd: 'pingreq' });
    await rig.next('pingresp');
    expect(messages).toEqual([]);
  });

  test('with a problem of the sender refuses the message for good', async () => {
    const { rig, messages, refused } = await aFailingBroker(() =>
      Promise.reject(new Problem(problems.test_not_now)),
    );
    send(rig, event, '{"seq":1}', 1);
    await rig.next('puback');
    expect(await refused('test_not_now')).toBe(1);
    expect(messages).toEqual([]);
    expect(rig.socket.destroyed).toBe(false);
  });
});

describe('what the appliance sends', () => {
  test('is what its topic declares', async () => {
    const { broker, connect } = await aTestBroker();
    const rig = await connect('rig_1');
    await rig.subscribeAsync(address('rig/rig_1/command'), { qos: 1 });
    const messages = inbox(rig);
    const wrong = { name: 1 } as unknown as { name: string };
    expect(() => broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, wrong)).toThrow(z.ZodError);
    expect(() => broker.publish(commandTopic, { kind: 'rig', id: '+' }, { name: 'start' })).toThrow(
      TypeError,
    );
    broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name: 'start' });
    await until(() => messages.length > 0);
    expect(messages).toEqual([
      { topic: address('rig/rig_1/command'), text: '{"name":"start"}', retain: false },
    ]);
  });

  test('is let go, and counted, while the broker does not run', async () => {
    const { broker, dropped } = await aTestBroker();
    await broker.stop();
    broker.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name: 'start' });
    expect(await dropped('not_running')).toBe(1);
  });

  test('must be registered', async () => {
    const { broker } = await aTestBroker();
    const { name, ...rest } = commandTopic;
    const stranger = defineTopic({ ...rest, name: `other_${name}` });
    expect(() => broker.publish(stranger, { kind: 'rig', id: 'rig_1' }, { name: 'x' })).toThrow(TypeError);
    expect(testTopics.map((topic) => topic.name)).not.toContain(stranger.name);
  });
});
