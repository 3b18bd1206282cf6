import { publishing } from '../mqtt-world.ts';
import { end, numbers, packets, pair, type Scenario, texts, will } from './scenario.ts';

export const bytes: Scenario[] = [
  {
    name: 'a stream cut anywhere is the same stream',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#');
      const { generate } = await import('mqtt-packet');
      const all = Buffer.concat(
        [
          ...numbers(40).map((at) =>
            publishing('free/a/b', `${at}`.padEnd(at * 5, '.'), { qos: at % 4 === 3 ? 1 : 0, id: at + 1 }),
          ),
          end('free/a/b', 0),
        ].map((packet) => generate(packet)),
      );
      for (let at = 0, step = 1; at < all.length; at += step, step = (step % 7) + 1) {
        speaker.write(all.subarray(at, at + step));
        if (at % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await listener.hears('end');
      return texts(listener.heard())
        .map((text) => text.replaceAll('.', ''))
        .join();
    },
    seen: [...numbers(40), 'end'].join(),
  },
  {
    name: 'large messages among small ones',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#');
      for (let at = 0; at < 6; at += 1) {
        speaker.write(
          publishing('free/a/b', `${at}`),
          publishing('free/a/b', 'x'.repeat(60_000), { qos: at % 2 === 0 ? 0 : 1, id: at + 1 }),
        );
      }
      speaker.write(end('free/a/b', 0));
      await listener.hears('end');
      return texts(listener.heard())
        .map((text) => (text.length > 10 ? text.length : text))
        .join();
    },
    seen: [...numbers(6).flatMap((at) => [at, 60_000]), 'end'].join(),
  },
  {
    name: 'a length written in more bytes than it needs, and an empty message',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#');
      const topic = Buffer.from('dugout/v1/labs-1/free/a/b');
      const body = Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.from('padded')]);
      speaker.write(
        Buffer.concat([Buffer.from([0x30, 0x80 | body.length, 0]), body]),
        publishing('free/a/b', ''),
        end('free/a/b', 0),
      );
      await listener.hears('end');
      return texts(listener.heard());
    },
    seen: ['padded', '', 'end'],
  },
  {
    name: 'messages of a client that goes at once, its will not among them',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#');
      const going = await join('rig_2', { will: will('free/a/b', 'will') });
      going.write(...packets('free/a/b', 20), { cmd: 'disconnect' });
      await going.closed;
      speaker.write(end('free/a/b'));
      await listener.hears('end');
      return texts(listener.heard()).join();
    },
    seen: [...numbers(20), 'end'].join(),
  },
];
