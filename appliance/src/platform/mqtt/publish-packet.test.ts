import { generate, type Packet, parser } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { encodePublish, idAt, putId } from './publish-packet.ts';

const packet = { cmd: 'publish', retain: false, dup: false } as const;

test.each(
  ['a', 'ü/漢/🎯'].flatMap((topic) =>
    [0, 100, 122, 123, 124, 16_377, 16_378, 16_379, 16_380, 2_097_147, 2_097_148].map((size) => ({
      topic,
      size,
    })),
  ),
)('$size bytes on $topic read as mqtt-packet would write them', ({ topic, size }) => {
  const payload = Buffer.alloc(size, 'x');
  expect(encodePublish(topic, payload, 0).equals(generate({ ...packet, topic, payload, qos: 0 }))).toBe(true);
  const numbered = encodePublish(topic, payload, 1);
  putId(numbered, idAt(numbered, payload), 0xabcd);
  expect(numbered.equals(generate({ ...packet, topic, payload, qos: 1, messageId: 0xabcd }))).toBe(true);
});

test('until it has an id it has none', () => {
  const read: Packet[] = [];
  const stream = parser();
  stream.on('packet', (one) => read.push(one));
  stream.parse(encodePublish('a', Buffer.from('x'), 1));
  expect(read).toMatchObject([{ topic: 'a', qos: 1, messageId: 0 }]);
});
