import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { connectPacket } from '../../testing/raw-mqtt.ts';
import { createPacketScanner } from './packet-scanner.ts';

const limit = 1_000;
const connect = generate(connectPacket('rig_1'));
const ping = generate({ cmd: 'pingreq' });
const publishOf = (size: number) =>
  generate({ cmd: 'publish', topic: 'a', payload: Buffer.alloc(size), qos: 0, dup: false, retain: false });

const scanAll = (bytes: Buffer, cuts: readonly number[] = []) => {
  const scanner = createPacketScanner(limit);
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  for (const [at, edge] of edges.entries()) {
    const violation = scanner.scan(bytes.subarray(edges[at - 1] ?? 0, edge));
    if (violation) return violation;
  }
  return null;
};

test.each([
  ['CONNECT and what follows', [connect, ping, publishOf(500), ping], null],
  ['a packet of exactly the limit', [connect, publishOf(limit - 3)], null],
  ['a packet of one more', [connect, publishOf(limit - 2)], 'packet_too_large'],
  ['CONNECT of one more', [Buffer.from([0x10, 0xe9, 0x07])], 'packet_too_large'],
  ['256 MB', [Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])], 'packet_too_large'],
  [
    'a length of five bytes',
    [connect, Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x00])],
    'malformed_length',
  ],
  ['a ping first', [ping, connect], 'not_connect_first'],
  ['CONNECT twice', [connect, ping, connect], 'second_connect'],
  ['CONNACK', [connect, Buffer.from([0x20, 2, 0, 0])], 'server_packet'],
  ['a reserved type', [connect, Buffer.from([0xf0, 0])], 'server_packet'],
])('%s: %s', (_what, packets, expected) => {
  const bytes = Buffer.concat(packets);
  expect(scanAll(bytes)).toBe(expected);
  expect(scanAll(bytes, [...bytes.keys()])).toBe(expected);
});

describe('however a stream is cut', () => {
  test('the verdict is the same', () => {
    const anything = fc.oneof(
      fc.constantFrom(connect, ping, publishOf(0), publishOf(200), publishOf(2_000)),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 6 }), fc.array(fc.nat(3_000)), (parts, cuts) => {
        const bytes = Buffer.concat(parts);
        const inside = cuts.map((cut) => Math.min(cut, bytes.length));
        expect(scanAll(bytes, inside)).toBe(scanAll(bytes));
      }),
    );
  });
});

test('a limit can be raised for what comes later', () => {
  const scanner = createPacketScanner(limit);
  expect(scanner.scan(connect)).toBeNull();
  scanner.allow(5_000);
  expect(scanner.scan(publishOf(4_000))).toBeNull();
  expect(scanner.scan(publishOf(5_000))).toBe('packet_too_large');
});
