import { publishing } from '../mqtt-world.ts';
import { end, numbers, pair, type Scenario, texts } from './scenario.ts';

export const qualities: Scenario[] = [
  {
    name: 'quality of service is the lesser of sent and subscribed',
    async run(join) {
      const listener = await join('staff_1');
      await listener.subscribe(['free/0/+', 0], ['free/1/+', 1], ['free/2/+', 2]);
      const speaker = await join('rig_1');
      let id = 0;
      for (const wanted of [0, 1, 2]) {
        for (const qos of [0, 1, 2] as const) {
          id += 1;
          speaker.say(`free/${wanted}/x`, `${wanted}${qos}`, { qos, id });
          await listener.hears(`${wanted}${qos}`);
        }
      }
      return listener
        .heard()
        .map((one) => `${one.slice(-2)}→${one[0]}`)
        .join(' ');
    },
    seen: '00→0 01→0 02→0 10→0 11→1 12→1 20→0 21→1 22→2',
  },
  {
    name: 'readers of one topic get it at a quality of their own, in order across qualities',
    async run(join) {
      const listeners = await Promise.all(['staff_1', 'staff_2', 'staff_3'].map((name) => join(name)));
      for (const [at, listener] of listeners.entries()) await listener.subscribe(['free/+', at as 0 | 1 | 2]);
      const speaker = await join('rig_1');
      const of = numbers(60).map((at) =>
        publishing('free/a', `${at}`, { qos: at % 3 === 0 ? 0 : 1, id: at + 1 }),
      );
      speaker.write(...of, end('free/a'));
      for (const listener of listeners) await listener.hears('end');
      return listeners.map((listener) =>
        [...new Set(listener.heard().map((one) => `${one[0]}:${Number(texts([one])[0]) % 3}`))].join(' '),
      );
    },
    seen: ['0:0 0:1 0:2 0:NaN', '0:0 1:1 1:2 1:NaN', '0:0 1:1 1:2 1:NaN'],
  },
  {
    name: 'of the messages on their way to a reader no two have the same id',
    async run(join) {
      const { listener, speaker } = await pair(
        async (name) => join(name, { silent: name === 'staff_1' }),
        'free/#',
        2,
      );
      speaker.write(
        ...numbers(12).map((at) => publishing('free/a', `${at}`, { qos: at % 2 ? 2 : 1, id: at + 1 })),
      );
      const ids = new Set();
      for (let count = 0; count < 12; count += 1) {
        const message = await listener.gets('publish');
        ids.add(message.messageId);
      }
      return ids.size;
    },
    seen: 12,
  },
  {
    name: 'each message is acknowledged under its own id, in order',
    async run(join) {
      const speaker = await join('rig_1');
      speaker.write(
        publishing('slow/a', 'x', { qos: 1, id: 7 }),
        publishing('slow/a', 'x'),
        publishing('slow/a', 'x', { qos: 1, id: 3 }),
        publishing('slow/a', 'x', { qos: 2, id: 9 }),
        publishing('slow/a', 'x', { qos: 1, id: 65_535 }),
      );
      await speaker.gets('pubcomp');
      const answers = speaker.answers();
      return {
        pubacks: answers.filter((one) => one.startsWith('puback')),
        two: answers.filter((one) => one.endsWith(' 9')),
      };
    },
    seen: { pubacks: ['puback 7', 'puback 3', 'puback 65535'], two: ['pubrec 9', 'pubcomp 9'] },
  },
  {
    name: 'QoS 2 sent twice under one id is delivered once',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#', 2);
      const silent = await join('rig_2', { silent: true });
      silent.say('free/a', 'once', { qos: 2, id: 5 });
      await silent.gets('pubrec');
      silent.say('free/a', 'once', { qos: 2, id: 5, dup: true });
      await silent.gets('pubrec');
      silent.write({ cmd: 'pubrel', messageId: 5 });
      await silent.gets('pubcomp');
      speaker.say('free/a', 'end', { qos: 2 });
      await listener.hears('end');
      return listener.heard();
    },
    seen: ['2 free/a=once', '2 free/a=end'],
  },
  {
    name: 'QoS 1 repeated is delivered again, and never as a repetition',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#');
      speaker.write(
        publishing('free/a', 'one', { qos: 1, id: 4 }),
        publishing('free/a', 'one', { qos: 1, id: 4, dup: true }),
        end('free/a'),
      );
      await listener.hears('end');
      for (let count = 0; count < 3; count += 1) await speaker.gets('puback');
      return { heard: listener.heard(), answers: speaker.answers().slice(0, 2) };
    },
    seen: { heard: ['1 free/a=one', '1 free/a=one', '1 free/a=end'], answers: ['puback 4', 'puback 4'] },
  },
  {
    name: 'a PUBREL for nothing is answered all the same',
    async run(join) {
      const speaker = await join('rig_1');
      speaker.write({ cmd: 'pubrel', messageId: 77 });
      await speaker.gets('pubcomp');
      return speaker.answers();
    },
    seen: ['pubcomp 77'],
  },
];
