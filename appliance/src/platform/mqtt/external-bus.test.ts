import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aMosquitto, noMosquitto, withoutMosquitto } from '../../testing/mosquitto.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import {
  address,
  boardTopic,
  commandTopic,
  connectClient,
  eventTopic,
  inbox,
  stateTopic,
  streamTopic,
  testTopics,
  until,
} from '../../testing/test-broker.ts';
import { aTestExternalBus } from '../../testing/test-external-bus.ts';
import { defineTopic, handledBy, type Message } from './topic.ts';

const recordingBus = join(import.meta.dirname, '../../testing/recording-bus.ts');

interface Heard {
  by: string;
  payload: unknown;
  retain: boolean;
}

/** The topics of the tests, of which two tell what reached them. */
function hearing(handle: (heard: Heard) => void | Promise<void> = () => {}) {
  const heard: Heard[] = [];
  const hear = ({ identity, payload, retain }: Message<unknown, unknown>) => {
    const one = { by: identity.name, payload, retain };
    heard.push(one);
    return handle(one);
  };
  const topics = [
    handledBy(stateTopic, hear),
    handledBy(eventTopic, hear),
    handledBy(streamTopic, hear),
    commandTopic,
    boardTopic,
  ];
  return { heard, topics };
}

const aDevice = (url: string, name: string) => connectClient(url, name, {});

describe.skipIf(noMosquitto)(`over an outside broker${withoutMosquitto}`, () => {
  test('what a device says reaches the handler, under the name that its topic has', async () => {
    const { url } = await aMosquitto();
    const { heard, topics } = hearing();
    const { ready, refused } = await aTestExternalBus(url, { topics });
    await ready();
    const rig = await aDevice(url, 'rig_1');
    await rig.publishAsync(address('rig/rig_1/event'), '{"seq":1}', { qos: 1 });
    await rig.publishAsync(address('rig/rig_1/event'), 'no JSON', { qos: 1 });
    await rig.publishAsync(address('rig/rig_1/state'), '{"state":"online"}', { qos: 1, retain: true });
    const glove = await aDevice(url, 'glove_1');
    await glove.publishAsync(address('glove/glove_1/stream'), Buffer.from('bytes'), { qos: 0 });
    await until(() => heard.length === 3);
    expect(heard).toEqual([
      { by: 'rig_1', payload: { seq: 1 }, retain: false },
      { by: 'rig_1', payload: { state: 'online' }, retain: false },
      { by: 'glove_1', payload: Buffer.from('bytes'), retain: false },
    ]);
    expect(await refused('not_json')).toBe(1);
  });

  test('a name that is not enrolled, or not of this kind, is not believed', async () => {
    const { url } = await aMosquitto();
    const { heard, topics } = hearing();
    const { ready, refused } = await aTestExternalBus(url, { topics });
    await ready();
    const rig = await aDevice(url, 'rig_1');
    for (const place of ['tablet/rig_1/state', 'rig/nobody/state', 'rig/rig_1/state']) {
      await rig.publishAsync(address(place), '{"state":"online"}', { qos: 1 });
    }
    await until(() => heard.length > 0);
    expect(heard.map(({ by }) => by)).toEqual(['rig_1']);
    expect(await refused('unknown_device')).toBe(2);
  });

  test('what was retained is told again, as retained, to an appliance that was away', async () => {
    const { url } = await aMosquitto();
    const rig = await aDevice(url, 'rig_1');
    await rig.publishAsync(address('rig/rig_1/state'), '{"state":"online"}', { qos: 1, retain: true });
    // An event that is kept would be told again at every start: it is refused.
    await rig.publishAsync(address('rig/rig_1/event'), '{"seq":1}', { qos: 1, retain: true });
    const { heard, topics } = hearing();
    const { refused } = await aTestExternalBus(url, { topics });
    await until(async () => heard.length > 0 && (await refused('retained')) > 0);
    expect(heard).toEqual([{ by: 'rig_1', payload: { state: 'online' }, retain: true }]);
  });

  test('nothing at QoS 1 is lost while the appliance is away, and order is kept', async () => {
    const { url } = await aMosquitto();
    const first = await aTestExternalBus(url, { topics: hearing().topics });
    await first.ready();
    await first.bus.stop();
    const rig = await aDevice(url, 'rig_1');
    const sent = Array.from({ length: 2_000 }, (_, seq) => seq);
    await Promise.all(
      sent.map((seq) => rig.publishAsync(address('rig/rig_1/event'), `{"seq":${seq}}`, { qos: 1 })),
    );
    const { heard, topics } = hearing(() => new Promise((resolve) => setImmediate(resolve)));
    await aTestExternalBus(url, { topics });
    await until(() => heard.length >= sent.length);
    expect(heard.map(({ payload }) => payload)).toEqual(sent.map((seq) => ({ seq })));
  });

  test('is acknowledged when its handler has done, and those under way do not wait for each other', async () => {
    const { url } = await aMosquitto();
    const done: (() => void)[] = [];
    const { heard, topics } = hearing(() => new Promise((resolve) => done.push(resolve)));
    const { bus, ready } = await aTestExternalBus(url, { topics });
    await ready();
    const rig = await aDevice(url, 'rig_1');
    for (let seq = 0; seq < 10; seq += 1) {
      await rig.publishAsync(address('rig/rig_1/event'), `{"seq":${seq}}`, { qos: 1 });
    }
    await until(() => heard.length === 10);
    // Nine of ten are stored when it stops; the tenth is stored while it waits for it, and none comes again.
    for (const resolve of done.slice(0, 9)) resolve();
    const stopped = bus.stop();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    done[9]?.();
    await stopped;
    const again = hearing();
    const second = await aTestExternalBus(url, { topics: again.topics });
    await second.ready();
    await rig.publishAsync(address('rig/rig_1/event'), '{"seq":99}', { qos: 1 });
    await until(() => again.heard.length > 0);
    expect(again.heard.map(({ payload }) => payload)).toEqual([{ seq: 99 }]);
  });

  test('what could not be stored is not acknowledged, holds nobody up, and comes again', async () => {
    const { url } = await aMosquitto();
    const stored: unknown[] = [];
    let isFull = true;
    const { heard, topics } = hearing(({ by, payload }) => {
      if (by === 'rig_1' && isFull) throw new Error('the disk is full');
      stored.push(payload);
    });
    const { ready, refused } = await aTestExternalBus(url, { topics });
    await ready();
    const first = await aDevice(url, 'rig_1');
    const second = await aDevice(url, 'rig_2');
    await first.publishAsync(address('rig/rig_1/event'), '{"seq":1}', { qos: 1 });
    for (let seq = 10; seq < 60; seq += 1) {
      await second.publishAsync(address('rig/rig_2/event'), `{"seq":${seq}}`, { qos: 1 });
    }
    await until(() => stored.length === 50);
    expect(await refused('handler_failed')).toBeGreaterThan(0);
    isFull = false;
    await until(() => stored.length === 51);
    expect(stored.at(-1)).toEqual({ seq: 1 });
    expect(heard.filter(({ by }) => by === 'rig_2')).toHaveLength(50);
  });

  test('what is acknowledged is stored: nothing is lost by kill -9, six times', async () => {
    const { url } = await aMosquitto({ lines: ['max_inflight_messages 200'] });
    const file = join(aTemporaryDirectory(), 'stored');
    writeFileSync(file, '');
    const stored = () => new Set(readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number));
    const rig = await aDevice(url, 'rig_1');
    let seq = 0;
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, [recordingBus, url, file], { stdio: 'inherit' });
      const gone = once(child, 'close');
      onTestFinished(() => void child.kill('SIGKILL'));
      // The first round makes the session: what is said before it is for nobody.
      const before = stored().size;
      while (stored().size === before) {
        await Promise.all(
          Array.from({ length: 10 }, () => {
            seq += 1;
            return rig.publishAsync(address('rig/rig_1/event'), `{"seq":${seq}}`, { qos: 1 });
          }),
        );
      }
      const sending = Array.from({ length: 500 }, () => {
        seq += 1;
        return rig.publishAsync(address('rig/rig_1/event'), `{"seq":${seq}}`, { qos: 1 });
      });
      await Promise.all(sending.slice(0, 100 + round * 50));
      child.kill('SIGKILL');
      await gone;
      await Promise.all(sending);
    }
    const { heard, topics } = hearing();
    const { ready } = await aTestExternalBus(url, { topics });
    await ready();
    const first = Math.min(...stored());
    const rest = () => new Set(heard.map(({ payload }) => (payload as { seq: number }).seq));
    const expected = Array.from({ length: seq - first + 1 }, (_, at) => first + at);
    await until(() => rest().has(seq) || stored().has(seq));
    const all = new Set([...stored(), ...rest()]);
    expect(expected.filter((one) => !all.has(one))).toEqual([]);
  });

  test('it finds its way back to a broker that was killed', async () => {
    const mosquitto = await aMosquitto();
    const { heard, topics } = hearing();
    const { bus, ready } = await aTestExternalBus(mosquitto.url, { topics });
    await ready();
    await mosquitto.kill();
    await until(() => bus.trouble() === 'the outside MQTT broker is not connected');
    await mosquitto.startAgain();
    await ready();
    const rig = await aDevice(mosquitto.url, 'rig_1');
    await rig.publishAsync(address('rig/rig_1/event'), '{"seq":1}', { qos: 1 });
    await until(() => heard.length === 1);
  });
});

describe.skipIf(noMosquitto)(`what is sent over an outside broker${withoutMosquitto}`, () => {
  test('arrives as its topic declares', async () => {
    const { url } = await aMosquitto();
    const { bus, ready } = await aTestExternalBus(url);
    await ready();
    const rig = await aDevice(url, 'rig_1');
    const messages = inbox(rig);
    await rig.subscribeAsync([address('rig/rig_1/command'), address('public/board/+')], { qos: 1 });
    bus.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name: 'start' });
    bus.publish(boardTopic, { lane: 'a' }, { version: 1 });
    await until(() => messages.length === 2);
    const late = await aDevice(url, 'rig_2');
    const kept = inbox(late);
    await late.subscribeAsync(address('#'), { qos: 1 });
    await until(() => kept.length > 0);
    expect(kept).toEqual([{ topic: address('public/board/a'), text: '{"version":1}', retain: true }]);
    bus.clear(boardTopic, { lane: 'a' });
    await until(() => messages.length === 3);
  });

  test('while it is away: commands wait within a bound, samples and state do not', async () => {
    const mosquitto = await aMosquitto();
    const quick = defineTopic({ ...commandTopic, name: 'control', path: '{kind}/{id}/control', qos: 0 });
    const topics = [...testTopics, quick];
    const at = { kind: 'rig', id: 'rig_1' } as const;
    const { bus, ready, dropped, metric } = await aTestExternalBus(mosquitto.url, {
      topics,
      outbox: { messages: 100 },
      restore: (to) => to.publish(boardTopic, { lane: 'a' }, { version: 7 }),
    });
    await ready();
    await mosquitto.stop();
    await until(() => bus.trouble() !== null);
    for (let version = 0; version < 1_000; version += 1) {
      bus.publish(boardTopic, { lane: 'a' }, { version });
      bus.publish(quick, at, { name: 'now' });
      bus.publish(commandTopic, at, { name: `command ${version}` });
    }
    expect(await dropped('away')).toBe(1_000);
    expect(await dropped('outbox_full')).toBe(900);
    expect(await metric('dugout_mqtt_outbox_messages')).toBeLessThanOrEqual(101);
    expect(await metric('dugout_mqtt_outside_connected')).toBe(0);
    await mosquitto.startAgain();
    const rig = await aDevice(mosquitto.url, 'rig_1');
    const messages = inbox(rig);
    await rig.subscribeAsync([address('rig/rig_1/command'), address('public/board/+')], { qos: 1 });
    await ready();
    bus.publish(commandTopic, at, { name: 'last' });
    await until(() => messages.some(({ text }) => text.includes('last')));
    const commands = messages.filter(({ topic }) => topic.endsWith('command')).map(({ text }) => text);
    // Whoever subscribed before the appliance was back has all that waited.
    expect(commands.length).toBeLessThanOrEqual(101);
    for (const text of commands.slice(0, -1)) expect(text).toMatch(/command 9\d\d/u);
    const boards = messages.filter(({ topic }) => topic.endsWith('/a'));
    expect(boards.at(-1)?.text).toBe('{"version":7}');
    expect(await dropped('away')).toBe(1_000);
  });

  test('state that ended while the appliance was away is taken back', async () => {
    const { url } = await aMosquitto();
    const first = await aTestExternalBus(url);
    await first.ready();
    first.bus.publish(boardTopic, { lane: 'ended' }, { version: 1 });
    first.bus.publish(boardTopic, { lane: 'goes_on' }, { version: 1 });
    await until(async () => (await first.metric('dugout_mqtt_outbox_messages')) === 0);
    await first.bus.stop();
    const second = await aTestExternalBus(url, {
      restore: (bus) => bus.publish(boardTopic, { lane: 'goes_on' }, { version: 2 }),
    });
    const watcher = await aDevice(url, 'rig_1');
    const messages = inbox(watcher);
    await watcher.subscribeAsync(address('public/board/+'), { qos: 1 });
    await until(() => messages.some(({ topic, text }) => topic.endsWith('ended') && text === ''));
    await second.ready();
    const late = await aDevice(url, 'rig_2');
    const kept = inbox(late);
    await late.subscribeAsync(address('public/board/+'), { qos: 1 });
    await until(() => kept.length > 0);
    expect(kept).toEqual([{ topic: address('public/board/goes_on'), text: '{"version":2}', retain: true }]);
  });
});

test('a topic that several may publish to is not taken from, and that is said', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const open = defineTopic({
    ...eventTopic,
    name: 'chatter',
    path: 'chatter/{id}',
    publish: [{ roles: 'signed_in' }],
    handle: () => {},
  });
  await aTestExternalBus('mqtt://127.0.0.1:1', { topics: [open], logger });
  expect(lines.join('')).toContain('chatter');
});

test('without a broker it starts, says so, and stops', async () => {
  const { bus } = await aTestExternalBus('mqtt://someone:secret-word@127.0.0.1:1');
  expect(bus.trouble()).toBe('the outside MQTT broker is not connected');
  bus.publish(commandTopic, { kind: 'rig', id: 'rig_1' }, { name: 'start' });
  await bus.stop();
});

test('a broker that cannot be reached is told of at the start, and then once in a while', async () => {
  const levels: string[] = [];
  const logger = pino(
    { level: 'debug', formatters: { level: (label) => ({ level: label }) } },
    {
      write(line: string) {
        const { level, msg } = JSON.parse(line);
        if (msg === 'the outside MQTT broker is away') levels.push(level);
      },
    },
  );
  const clock = createFakeClock();
  await aTestExternalBus('mqtt://127.0.0.1:1', { logger, clock });
  /** Every 15 s there is an attempt at least. */
  const passes = async (minutes: number) => {
    for (let quarters = 0; quarters < 4 * minutes; quarters += 1) {
      const attempts = levels.length;
      await clock.advance(15_000);
      await until(() => levels.length > attempts);
    }
  };
  const warnings = () => levels.filter((level) => level === 'warn').length;
  await until(() => levels.length > 0);
  expect(levels[0]).toBe('warn');
  await passes(9);
  expect(warnings()).toBe(1);
  await passes(3);
  expect(warnings()).toBe(2);
});

test('its password is never logged', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  await aTestExternalBus('mqtt://someone:secret-word@127.0.0.1:1', { logger });
  await until(() => lines.length > 0);
  expect(lines.join('')).not.toContain('secret-word');
});
