import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { createPacketWalker } from './packet-walker.ts';

const publish = (payloadBytes: number) =>
  generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.alloc(payloadBytes, 1),
    qos: 0,
    dup: false,
    retain: false,
  });

test.each([3, 7, 64, 100_000])('finds every packet in a stream that comes %i bytes at a time', (step) => {
  const sizes = [0, 1, 120, 122, 123, 16_378, 16_379, 0, 5];
  const stream = Buffer.concat([...sizes.map(publish), generate({ cmd: 'pingresp' })]);
  const found: { type: number; payload: number }[] = [];
  const walk = createPacketWalker((first, bytes, body, end) => {
    const isPublish = first >> 4 === 3;
    const payload = isPublish ? end - body - 2 - bytes.readUInt16BE(body) : 0;
    found.push({ type: first >> 4, payload });
  });
  // One buffer for all reads, as sockets have.
  const read = Buffer.alloc(step);
  for (let at = 0; at < stream.length; at += step) {
    const length = stream.copy(read, 0, at, at + step);
    walk(read.subarray(0, length));
    read.fill(0xff);
  }
  expect(found).toEqual([...sizes.map((payload) => ({ type: 3, payload })), { type: 13, payload: 0 }]);
});
