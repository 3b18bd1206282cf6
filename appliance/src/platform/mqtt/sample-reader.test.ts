import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { connectPacket } from '../../testing/raw-mqtt.ts';
import type { Carrier, CarrierEvents } from './carrier.ts';
import { Connection } from './connection.ts';
import { createSampleReader } from './sample-reader.ts';

const publish = (more: Partial<Extract<Packet, { cmd: 'publish' }>>) =>
  generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: 'x',
    qos: 0,
    retain: false,
    dup: false,
    messageId: 1,
    ...more,
  });
const sample = publish({});

describe('left to aedes is', () => {
  test.each([
    ['QoS 1', publish({ qos: 1 })],
    ['QoS 2', publish({ qos: 2 })],
    ['what is retained', publish({ retain: true })],
    ['what says it is a repetition', Buffer.concat([Buffer.from([0x38]), sample.subarray(1)])],
    ['another kind of packet', generate({ cmd: 'pingreq' })],
    ['a wildcard', publish({ topic: 'a/+' }).fill(0x2b, 6, 7)],
    ['no topic', Buffer.from([0x30, 3, 0, 0, 1])],
    ['a topic that ends after the packet', Buffer.from([0x30, 3, 0, 9, 1])],
    ['a packet of nothing', Buffer.from([0x30, 0])],
    ['a padded length', Buffer.concat([Buffer.from([0x30, 0x86, 0]), sample.subarray(2)])],
  ])('%s', (_what, bytes) => {
    const taken: string[] = [];
    const read = createSampleReader().read(Buffer.concat([sample, bytes, sample]), ({ topic }) =>
      taken.push(topic),
    );
    expect(read).toBe(sample.length);
    expect(taken).toEqual(['a/b']);
  });
});

test('a payload is not copied, and the packet goes on as it came', () => {
  const bytes = publish({ payload: 'payload' });
  createSampleReader().read(bytes, ({ payload, packet }) => {
    expect(packet).toEqual(bytes);
    bytes[bytes.length - 1] = 0x21;
    expect(payload.toString()).toBe('payloa!');
  });
});

/** A connection whose bytes are fed by hand. */
function aConnection() {
  const taken: string[] = [];
  const sent: Buffer[] = [];
  let events: CarrierEvents | undefined;
  const carrier: Carrier = {
    transport: 'tcp',
    address: '127.0.0.1',
    open: (told) => {
      events = told;
    },
    onceClosed: () => {},
    send: (bytes, done) => {
      sent.push(bytes);
      done();
    },
    pause: () => {},
    resume: () => {},
    close: () => {},
    cut: () => {},
  };
  const connection = (corked: boolean) =>
    new Connection(carrier, {
      firstPacketBytes: 100_000,
      corked,
      drainTimeoutMs: 1_000,
      clock: createFakeClock(),
      metrics: { bytes: () => {}, cut: () => {} },
      onViolation: () => {},
    });
  return { connection, taken, sent, feed: (bytes: Buffer) => events?.data(bytes) };
}

test('however a stream is cut, every packet arrives once, in order, here or there', () => {
  const anyPacket = fc.oneof(
    fc.nat(300).map((size) => ({ bytes: publish({ payload: 'x'.repeat(size) }), isSample: true })),
    fc.nat(300).map((size) => ({ bytes: publish({ qos: 1, payload: 'x'.repeat(size) }), isSample: false })),
    fc.constant({ bytes: generate({ cmd: 'pingreq' }), isSample: false }),
  );
  fc.assert(
    fc.property(
      fc.array(anyPacket, { maxLength: 12 }),
      fc.array(fc.nat(2_000)),
      fc.boolean(),
      (all, cuts, free) => {
        const { connection: open, feed } = aConnection();
        const connection = open(true);
        const seen: Buffer[] = [];
        connection.takeSamples({
          caughtUp: () => free,
          forgetsAcknowledgements: false,
          take: ({ packet }) => seen.push(Buffer.from(packet)),
        });
        const begin = generate(connectPacket('rig_1'));
        const bytes = Buffer.concat([begin, ...all.map((packet) => packet.bytes)]);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].toSorted(
          (a, b) => a - b,
        );
        for (const [at, edge] of edges.entries()) {
          if (at > 0) feed(bytes.subarray(edges[at - 1], edge));
          // aedes reads whatever is there, as soon as it is there.
          const rest = connection.read();
          if (Buffer.isBuffer(rest)) seen.push(rest);
        }
        expect(Buffer.concat(seen)).toEqual(bytes);
      },
    ),
  );
});

test('however a stream is cut, nothing but acknowledgements is missing where nobody waits for them', () => {
  const anyPacket = fc.oneof(
    fc.nat(0xffff).map((messageId) => generate({ cmd: 'puback', messageId })),
    fc.nat(0xffff).map((messageId) => generate({ cmd: 'pubcomp', messageId })),
    fc.nat(300).map((size) => publish({ payload: 'x'.repeat(size) })),
    fc.nat(300).map((size) => publish({ qos: 1, payload: 'x'.repeat(size) })),
  );
  const isNoPuback = (packet: Buffer) => packet[0] !== 0x40;
  fc.assert(
    fc.property(
      fc.array(anyPacket, { maxLength: 12 }),
      fc.array(fc.nat(2_000)),
      fc.boolean(),
      (all, cuts, free) => {
        const { connection: open, feed } = aConnection();
        const connection = open(true);
        const seen: Buffer[] = [];
        connection.takeSamples({
          caughtUp: () => free,
          forgetsAcknowledgements: true,
          take: ({ packet }) => seen.push(Buffer.from(packet)),
        });
        const begin = generate(connectPacket('rig_1'));
        const bytes = Buffer.concat([begin, ...all]);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].toSorted(
          (a, b) => a - b,
        );
        for (const [at, edge] of edges.entries()) {
          if (at > 0) feed(bytes.subarray(edges[at - 1], edge));
          const rest = connection.read();
          if (Buffer.isBuffer(rest)) seen.push(rest);
        }
        const packets = splitPackets(Buffer.concat(seen));
        expect(packets.filter(isNoPuback)).toEqual([begin, ...all.filter(isNoPuback)]);
      },
    ),
  );
});

/** Packets of fewer than 16,384 bytes. */
function splitPackets(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [low = 0, high = 0] = bytes.subarray(at + 1, at + 3);
    const end = low < 0x80 ? at + 2 + low : at + 3 + (low & 0x7f) + high * 0x80;
    packets.push(bytes.subarray(at, end));
    at = end;
  }
  return packets;
}

test('PUBACKs that come alone go no further; what is odd about one is left to aedes', () => {
  const { connection: open, feed } = aConnection();
  const connection = open(true);
  connection.takeSamples({ caughtUp: () => false, forgetsAcknowledgements: true, take: () => {} });
  feed(generate(connectPacket('rig_1')));
  connection.read();
  const puback = generate({ cmd: 'puback', messageId: 7 });
  feed(Buffer.concat([puback, puback, puback]));
  expect(connection.read()).toBeNull();
  const odd = Buffer.from([0x40, 3, 0, 7, 0]);
  feed(Buffer.concat([puback, odd, puback]));
  expect(connection.read()).toEqual(Buffer.concat([odd, puback]));
});

test.each([
  [true, 1],
  [false, 20],
])('corked: %s, what one turn writes leaves in so many writes: %s', async (corked, writes) => {
  const { connection: open, sent } = aConnection();
  const connection = open(corked);
  for (let at = 0; at < 20; at += 1) {
    connection.cork();
    connection.write(Buffer.from([at]));
    connection.uncork();
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent.map((bytes) => bytes.length)).toEqual(Array(writes).fill(20 / writes));
});

test('a packet that comes byte by byte costs no more than its bytes', () => {
  const { connection: open, feed } = aConnection();
  const connection = open(true);
  const sizes: number[] = [];
  connection.takeSamples({
    caughtUp: () => true,
    forgetsAcknowledgements: false,
    take: ({ payload }) => sizes.push(payload.length),
  });
  feed(generate(connectPacket('rig_1')));
  connection.read();
  const bytes = publish({ payload: 'x'.repeat(5_000) });
  for (let at = 0; at < bytes.length; at += 1) feed(bytes.subarray(at, at + 1));
  expect(sizes).toEqual([5_000]);
});
