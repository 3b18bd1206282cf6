import { expect, test } from 'vitest';
import { aRawClient, aSignedInRawClient, connectPacket } from '../../testing/raw-mqtt.ts';
import { address, aTestBroker, until } from '../../testing/test-broker.ts';
import type { Refusal } from './refusal-log.ts';

const event = address('rig/rig_1/event');
const publish = { cmd: 'publish', qos: 0, dup: false, retain: false } as const;

async function aMarkingBroker() {
  const marks: Refusal[] = [];
  const test = await aTestBroker({ onRefusal: (refusal) => marks.push(refusal) });
  return { ...test, marks };
}

test.each([
  ['a wrong payload', { ...publish, topic: event, payload: 'x' }, 'not_json', 'event'],
  [
    'a foreign topic',
    { ...publish, topic: address('rig/rig_2/event'), payload: 'x' },
    'not_granted',
    'event',
  ],
  ['an unknown topic', { ...publish, topic: 'x', payload: 'x' }, 'unknown_topic', undefined],
  ['too deep a topic', { ...publish, topic: 'a/'.repeat(30), payload: 'x' }, 'too_many_levels', undefined],
  ['a retained event', { ...publish, retain: true, topic: event, payload: '{"seq":1}' }, 'retained', 'event'],
  [
    'a foreign filter',
    { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] },
    'subscribe',
    undefined,
  ],
  ['a packet of the server', Buffer.from([0x20, 2, 0, 0]), 'server_packet', undefined],
  ['a packet without end', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), 'packet_too_large', undefined],
  ['CONNECT twice', Buffer.from([0x10, 0]), 'second_connect', undefined],
  ['what aedes cannot read', Buffer.from([0x36, 3, 0, 1, 0x61]), 'malformed', undefined],
] as const)('%s marks its device', async (_what, packet, reason, topic) => {
  const { port, marks } = await aMarkingBroker();
  const rig = await aSignedInRawClient(port, 'rig_1');
  rig.send(Buffer.isBuffer(packet) ? packet : (packet as never));
  await until(() => marks.length > 0);
  expect(marks).toMatchObject([{ reason, topic, identity: { name: 'rig_1' } }]);
});

test("another device's client id marks the device whose secret was used", async () => {
  const { port, marks } = await aMarkingBroker();
  const client = await aRawClient(port);
  client.send(connectPacket('rig_1', { clientId: 'rig_2' }));
  await client.closed;
  expect(marks).toMatchObject([{ reason: 'foreign_client_id', identity: { name: 'rig_1' } }]);
});

test('nobody is marked for a wrong password, a lost connection, or a failure of ours', async () => {
  const marks: Refusal[] = [];
  const { port, metric } = await aTestBroker({ onRefusal: (refusal) => marks.push(refusal) });
  const stranger = await aRawClient(port);
  stranger.send(connectPacket('rig_1', { password: Buffer.from('wrong') }));
  await stranger.closed;
  const lost = await aSignedInRawClient(port, 'rig_1');
  lost.socket.resetAndDestroy();
  const gone = await aSignedInRawClient(port, 'rig_2');
  gone.send({ cmd: 'disconnect' });
  await gone.closed;
  await until(async () => (await metric('dugout_mqtt_clients')) === 0);
  expect(marks).toEqual([]);
  expect(await metric('dugout_mqtt_refused_total', { reason: 'malformed' })).toBe(0);
});
