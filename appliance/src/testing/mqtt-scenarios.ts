import {
  type Joining,
  publishing,
  type Saying,
  subscribing,
  type Talker,
  unsubscribing,
} from './mqtt-world.ts';

export type Join = (name: string, joining?: Joining) => Promise<Talker>;

/** What a client can observe: the scenario's answer must be `seen`, on every broker. */
export interface Scenario {
  readonly name: string;
  readonly run: (join: Join) => Promise<unknown>;
  readonly seen: unknown;
  /** Where Mosquitto shows something else, and why we do not. */
  readonly mosquitto?: { readonly seen: unknown; readonly because: string };
  /** Takes seconds, because it waits for a keep-alive. */
  readonly long?: true;
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
const texts = (heard: readonly string[]) => heard.map((one) => one.slice(one.indexOf('=') + 1));
const packets = (path: string, count: number, saying: Saying = {}) =>
  numbers(count).map((at) => publishing(path, `${at}`, { ...saying, id: at + 1 }));

/** The end of a conversation: heard when all before it was. */
const end = (path: string, qos: 0 | 1 | 2 = 1) => publishing(path, 'end', { qos, id: 60_000 });
const will = (path: string, text: string, more: { qos?: 0 | 1 | 2; retain?: boolean } = {}) => ({
  topic: `dugout/v1/labs-1/${path}`,
  payload: Buffer.from(text),
  qos: 0 as const,
  retain: false,
  ...more,
});

async function pair(join: Join, filter: string, qos: 0 | 1 | 2 = 1) {
  const listener = await join('staff_1');
  await listener.subscribe([filter, qos]);
  return { listener, speaker: await join('rig_1') };
}

const order: Scenario[] = (['free', 'handled', 'slow'] as const).flatMap((area): Scenario[] => {
  const path = `${area}/a/b`;
  return [
    {
      name: `${area}: QoS 0 messages of one segment keep their order`,
      async run(join) {
        const { listener, speaker } = await pair(join, `${area}/#`);
        speaker.write(...packets(path, 300), end(path, 0));
        await listener.hears('end');
        return texts(listener.heard()).slice(0, 300).join();
      },
      seen: numbers(300).join(),
    },
    {
      name: `${area}: QoS 0 and 1 by turns keep their order`,
      async run(join) {
        const { listener, speaker } = await pair(join, `${area}/#`);
        for (let part = 0; part < 5; part += 1) {
          const of = numbers(12).map((at) =>
            publishing(path, `${part}.${at}`, { qos: at % 3 === 1 ? 1 : 0, id: part * 12 + at + 1 }),
          );
          speaker.write(...of);
          if (part % 2 === 0) await speaker.gets('puback');
        }
        speaker.write(end(path, 0));
        await listener.hears('end');
        return listener.heard().map((one) => `${one[0]}:${one.slice(one.indexOf('=') + 1)}`);
      },
      seen: [
        ...numbers(5).flatMap((part) => numbers(12).map((at) => `${at % 3 === 1 ? 1 : 0}:${part}.${at}`)),
        '0:end',
      ],
    },
    {
      name: `${area}: each quality of service keeps its order among all three`,
      async run(join) {
        const { listener, speaker } = await pair(join, `${area}/#`, 2);
        const all = numbers(30).map((at) =>
          publishing(path, `${at}`, { qos: ([0, 1, 2] as const)[at % 3] ?? 0, id: at + 1 }),
        );
        speaker.write(...all);
        for (const last of ['27', '28', '29']) await listener.hears(last);
        return [0, 1, 2].map((qos) =>
          texts(listener.heard().filter((one) => one.startsWith(`${qos}`))).join(),
        );
      },
      seen: [0, 1, 2].map((rest) =>
        numbers(10)
          .map((at) => 3 * at + rest)
          .join(),
      ),
    },
    {
      name: `${area}: topics by turns reach the reader of all in the order of sending`,
      async run(join) {
        const { listener, speaker } = await pair(join, `${area}/#`);
        const other = await join('staff_2');
        await other.subscribe([`${area}/a/1`, 0]);
        speaker.write(...numbers(60).map((at) => publishing(`${area}/a/${at % 4}`, `${at}`)));
        speaker.write(end(path, 0));
        await listener.hears('end');
        await other.hears('57');
        return [texts(listener.heard()).slice(0, 60).join(), texts(other.heard()).join()];
      },
      seen: [
        numbers(60).join(),
        numbers(15)
          .map((at) => 4 * at + 1)
          .join(),
      ],
    },
    {
      name: `${area}: a retained message is followed by what was sent after it, and preceded by what was before`,
      async run(join) {
        const { listener, speaker } = await pair(join, `${area}/#`);
        for (let round = 0; round < 20; round += 1) {
          speaker.write(
            publishing(path, `${round} before`),
            publishing(path, `${round} kept`, { retain: true }),
            publishing(path, `${round} after`),
          );
        }
        await listener.hears('19 after');
        return listener.heard();
      },
      seen: numbers(20).flatMap((round) =>
        ['before', 'kept', 'after'].map((when) => `0 ${path}=${round} ${when}`),
      ),
    },
    {
      name: `${area}: a last will comes after what was sent before it`,
      async run(join) {
        const { listener } = await pair(join, `${area}/#`);
        const lost = await join('rig_2', { will: will(path, 'will') });
        lost.write(...packets(path, 50));
        await lost.vanish();
        await listener.hears('will');
        return texts(listener.heard()).join();
      },
      seen: [...numbers(50), 'will'].join(),
    },
  ];
});

const bytes: Scenario[] = [
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

const subscriptions: Scenario[] = [
  {
    name: 'wildcards',
    async run(join) {
      const speaker = await join('rig_1');
      const filters = ['free/+', 'free/a/+', 'free/a/#', 'free/+/b', 'free/+/+/c', 'free/#', 'free/a/b/c'];
      const listeners = await Promise.all(
        filters.map(async (filter, at) => {
          const listener = await join(`staff_${at}`);
          await listener.subscribe([filter, 1]);
          return listener;
        }),
      );
      for (const path of ['free/a', 'free/a/b', 'free/a/b/c', 'free/z/b', 'free/a/z']) speaker.say(path, 'x');
      speaker.write(
        ...['free/a', 'free/a/z', 'free/z/b', 'free/z/z/c', 'free/a/b/c'].map((path) => end(path, 0)),
      );
      await Promise.all(listeners.map((listener) => listener.hears('end')));
      await speaker.leave();
      return Object.fromEntries(
        listeners.map((listener, at) => [
          filters[at],
          listener
            .heard()
            .flatMap((one) => (one.endsWith('=x') ? one.slice(2, -2) : []))
            .join(' '),
        ]),
      );
    },
    seen: {
      'free/+': 'free/a',
      'free/a/+': 'free/a/b free/a/z',
      'free/a/#': 'free/a free/a/b free/a/b/c free/a/z',
      'free/+/b': 'free/a/b free/z/b',
      'free/+/+/c': 'free/a/b/c',
      'free/#': 'free/a free/a/b free/a/b/c free/z/b free/a/z',
      'free/a/b/c': 'free/a/b/c',
    },
  },
  ...([0, 1] as const).map(
    (qos): Scenario => ({
      name: `filters of one client that overlap, QoS ${qos}`,
      async run(join) {
        const { listener, speaker } = await pair(join, 'free/a/+', qos);
        await listener.subscribe(['free/#', qos], ['free/a/b', qos]);
        for (const text of ['1', '2', '3']) speaker.say('free/a/b', text, { qos, id: Number(text) });
        speaker.say('free/z', 'end', { qos, id: 9 });
        await listener.hears('end');
        return listener.heard();
      },
      seen: [`${qos} free/a/b=1`, `${qos} free/a/b=2`, `${qos} free/a/b=3`, `${qos} free/z=end`],
    }),
  ),
  {
    name: 'overlapping filters of different quality: the best one counts',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#', 0);
      await listener.subscribe(['free/a/+', 1]);
      speaker.say('free/a/b', 'end', { qos: 2, id: 1 });
      await listener.hears('end');
      return listener.heard();
    },
    seen: ['1 free/a/b=end'],
  },
  {
    name: 'several filters in one packet, each with an answer of its own',
    async run(join) {
      const listener = await join('staff_1');
      return listener.subscribe(['free/a', 0], ['free/b', 1], ['free/c', 2]);
    },
    seen: [0, 1, 2],
  },
  {
    name: 'one filter twice in one packet',
    async run(join) {
      const listener = await join('staff_1');
      const granted = await listener.subscribe(['free/a', 0], ['free/a', 1]);
      const speaker = await join('rig_1');
      speaker.write(publishing('free/a', 'end', { qos: 1 }));
      await listener.hears('end');
      return { granted, heard: listener.heard() };
    },
    seen: { granted: [1], heard: ['1 free/a=end'] },
    mosquitto: {
      seen: { granted: [0, 1], heard: ['1 free/a=end'] },
      because: 'aedes answers such a filter once',
    },
  },
  {
    name: 'what is not below the site, $-topics and everything at once',
    async run(join) {
      const listener = await join('staff_1');
      return listener.subscribe(
        ['#', 0],
        ['$SYS/#', 0],
        ['+/#', 0],
        ['$share/group/free/a', 0],
        ['free/a', 0],
      );
    },
    seen: [128, 128, 128, 128, 0],
    mosquitto: {
      seen: [0, 0, 0, 0, 0],
      because: 'nobody here needs them, and each would show what its reader may not see',
    },
  },
  {
    name: 'a filter taken again replaces itself, and brings what is retained again',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/a', 0);
      speaker.say('free/a', 'kept', { retain: true });
      await listener.hears('kept');
      await listener.subscribe(['free/a', 1]);
      speaker.say('free/a', 'end', { qos: 1 });
      await listener.hears('end');
      return listener.heard();
    },
    seen: ['0 free/a=kept', '0r free/a=kept', '1 free/a=end'],
  },
  {
    name: 'a subscription counts for what is sent behind it, and no more behind its end',
    async run(join) {
      const one = await join('rig_1');
      for (let round = 0; round < 10; round += 1) {
        one.write(
          publishing('free/a', `${round} before`),
          subscribing(2 * round + 1, ['free/a', 0]),
          publishing('free/a', `${round} in`),
          unsubscribing(2 * round + 2, 'free/a'),
          publishing('free/a', `${round} after`),
        );
        await one.gets('unsuback');
      }
      await one.subscribe(['free/a', 0]);
      one.say('free/a', 'end');
      await one.hears('end');
      return texts(one.heard());
    },
    seen: [...numbers(10).map((round) => `${round} in`), 'end'],
  },
  {
    name: 'an end of one of two filters leaves the other',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/a/+', 1);
      await listener.subscribe(['free/#', 1]);
      speaker.say('free/a/b', 'one');
      await listener.hears('one');
      await listener.unsubscribe('free/#', 'free/never');
      speaker.say('free/a/b', 'two');
      speaker.say('free/c', 'lost');
      speaker.say('free/a/b', 'end');
      await listener.hears('end');
      return texts(listener.heard());
    },
    seen: ['one', 'two', 'end'],
  },
  {
    name: 'readers that come and go between messages',
    async run(join) {
      const { listener, speaker } = await pair(join, 'free/#', 0);
      const counts: string[] = [];
      for (let round = 0; round < 5; round += 1) {
        const other = await join('staff_2');
        await other.subscribe(['free/a', 0]);
        speaker.write(publishing('free/a', `${round} with`), publishing('free/a', `${round} again`));
        await other.hears(`${round} again`);
        counts.push(texts(other.heard()).join());
        await other.leave();
        speaker.say('free/a', `${round} without`);
        await listener.hears(`${round} without`);
      }
      return { counts, all: texts(listener.heard()).length };
    },
    seen: { counts: numbers(5).map((round) => `${round} with,${round} again`), all: 15 },
  },
];

const qualities: Scenario[] = [
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

const retained: Scenario[] = [
  ...([0, 1, 2] as const).map(
    (qos): Scenario => ({
      name: `a retained message at QoS ${qos} is kept, replaced and cleared`,
      async run(join) {
        const speaker = await join('rig_1');
        const listener = await join('staff_1');
        const keep = async (text: string, id: number) => {
          speaker.say('free/a', text, { qos, retain: true, id });
          speaker.write({ cmd: 'pingreq' });
          await speaker.gets(qos === 0 ? 'pingresp' : qos === 1 ? 'puback' : 'pubcomp');
        };
        await keep('old', 1);
        await keep('new', 2);
        await listener.subscribe(['free/+', 1]);
        await listener.hears('new');
        await keep('', 3);
        speaker.say('free/a', 'end', { qos: 1, id: 4 });
        await listener.hears('end');
        const late = await join('staff_2');
        await late.subscribe(['free/a', 1]);
        speaker.say('free/a', 'late', { qos: 1, id: 5 });
        await late.hears('late');
        return [listener.heard().slice(0, 3), late.heard()];
      },
      seen: [
        [`${Math.min(qos, 1)}r free/a=new`, `${Math.min(qos, 1)} free/a=`, '1 free/a=end'],
        ['1 free/a=late'],
      ],
    }),
  ),
  {
    name: 'what is not retained is not kept',
    async run(join) {
      const speaker = await join('rig_1');
      speaker.write(publishing('free/a', 'kept', { retain: true }), publishing('free/a', 'gone'));
      await speaker.leave();
      const listener = await join('staff_1');
      await listener.subscribe(['free/a', 0]);
      await listener.hears('kept');
      return listener.heard();
    },
    seen: ['0r free/a=kept'],
  },
];

const sessions: Scenario[] = [
  {
    name: 'a session keeps subscriptions and what came at QoS 1 and 2, in order',
    async run(join) {
      const first = await join('rig_9', { clean: false });
      await first.subscribe(['free/+', 2]);
      await first.leave();
      const speaker = await join('rig_1');
      for (const [at, qos] of ([1, 0, 2, 1, 0, 1] as const).entries()) {
        speaker.say('free/a', `${at}`, { qos, id: at + 1 });
      }
      await speaker.gets('pubcomp');
      speaker.say('free/b', 'last', { qos: 1, id: 50 });
      await speaker.leave();
      const again = await join('rig_9', { clean: false });
      await again.hears('last');
      const other = await join('rig_2');
      other.say('free/a', 'live');
      await again.hears('live');
      return { present: [first.sessionPresent, again.sessionPresent], heard: again.heard().toSorted() };
    },
    seen: {
      present: [false, true],
      heard: ['0 free/a=live', '1 free/a=0', '1 free/a=3', '1 free/a=5', '1 free/b=last', '2 free/a=2'],
    },
  },
  {
    name: 'what was not acknowledged comes again, marked as a repetition',
    async run(join) {
      const silent = await join('rig_9', { clean: false, silent: true });
      await silent.subscribe(['free/a', 1]);
      const speaker = await join('rig_1');
      speaker.say('free/a', 'one', { qos: 1, id: 1 });
      speaker.say('free/a', 'two', { qos: 1, id: 2 });
      await silent.hears('two');
      await silent.vanish();
      const again = await join('rig_9', { clean: false });
      await again.hears('two');
      await again.leave();
      const third = await join('rig_9', { clean: false });
      speaker.say('free/a', 'end', { qos: 1, id: 3 });
      await third.hears('end');
      return [again.heard(), third.heard()];
    },
    seen: [['1d free/a=one', '1d free/a=two'], ['1 free/a=end']],
  },
  {
    name: 'who keeps a session among those who do not gets again what it did not acknowledge',
    async run(join) {
      const silent = await join('rig_9', { clean: false, silent: true });
      await silent.subscribe(['free/a', 1]);
      const { listener, speaker } = await pair(join, 'free/+');
      for (const at of numbers(4)) speaker.say('free/a', `${at}`, { qos: 1, id: at + 1 });
      await silent.hears('3');
      await silent.vanish();
      speaker.say('free/a', 'end', { qos: 1, id: 5 });
      await listener.hears('end');
      const again = await join('rig_9', { clean: false });
      await again.hears('end');
      return [listener.heard(), again.heard()];
    },
    seen: [
      ['1 free/a=0', '1 free/a=1', '1 free/a=2', '1 free/a=3', '1 free/a=end'],
      ['1d free/a=0', '1d free/a=1', '1d free/a=2', '1d free/a=3', '1 free/a=end'],
    ],
  },
  {
    name: 'who keeps a session hears QoS 0 and 1 by turns in order, as who does not',
    async run(join) {
      const keeper = await join('rig_9', { clean: false });
      await keeper.subscribe(['free/+', 1]);
      const { listener, speaker } = await pair(join, 'free/+');
      for (const part of numbers(3)) {
        const of = numbers(20).map((at) =>
          publishing('free/a', `${20 * part + at}`, { qos: at % 2 ? 1 : 0, id: at + 1 }),
        );
        speaker.write(...of);
        for (const reader of [keeper, listener]) await reader.hears(`${20 * part + 19}`);
      }
      return [keeper, listener].map((reader) => texts(reader.heard()).join());
    },
    seen: [numbers(60).join(), numbers(60).join()],
  },
  {
    name: 'a QoS 2 delivery goes on where it was',
    async run(join) {
      const silent = await join('rig_9', { clean: false, silent: true });
      await silent.subscribe(['free/a', 2]);
      const speaker = await join('rig_1');
      speaker.say('free/a', 'once', { qos: 2, id: 1 });
      const message = await silent.gets('publish');
      const messageId = message.cmd === 'publish' ? (message.messageId ?? 0) : 0;
      silent.write({ cmd: 'pubrec', messageId });
      await silent.gets('pubrel');
      await silent.vanish();
      const again = await join('rig_9', { clean: false });
      const pubrel = await again.gets('pubrel');
      speaker.say('free/a', 'end', { qos: 2, id: 2 });
      await again.hears('end');
      return { same: pubrel.messageId === messageId, heard: again.heard() };
    },
    seen: { same: true, heard: ['2 free/a=end'] },
  },
  {
    name: 'a session ends when its client asks for a clean one',
    async run(join) {
      const first = await join('rig_9', { clean: false });
      await first.subscribe(['free/a', 1]);
      await first.leave();
      const clean = await join('rig_9');
      await clean.leave();
      const speaker = await join('rig_1');
      speaker.say('free/a', 'lost', { qos: 1, id: 1 });
      await speaker.gets('puback');
      const again = await join('rig_9', { clean: false });
      await again.subscribe(['free/a', 1]);
      speaker.say('free/a', 'end', { qos: 1, id: 2 });
      await again.hears('end');
      return { present: [clean.sessionPresent, again.sessionPresent], heard: again.heard() };
    },
    seen: { present: [false, false], heard: ['1 free/a=end'] },
  },
  {
    name: 'unsubscribing ends a subscription of a session for good',
    async run(join) {
      const first = await join('rig_9', { clean: false });
      await first.subscribe(['free/a', 1], ['free/b', 1]);
      await first.unsubscribe('free/a');
      await first.leave();
      const speaker = await join('rig_1');
      speaker.say('free/a', 'lost', { qos: 1, id: 1 });
      speaker.say('free/b', 'end', { qos: 1, id: 2 });
      await speaker.gets('puback');
      const again = await join('rig_9', { clean: false });
      await again.hears('end');
      return again.heard();
    },
    seen: ['1 free/b=end'],
  },
  {
    name: 'who comes under an id that is taken takes its place',
    async run(join) {
      const { listener } = await pair(join, 'free/#');
      const first = await join('rig_9', { will: will('free/a', 'will') });
      await first.subscribe(['free/b', 0]);
      const second = await join('rig_9');
      await first.closed;
      await listener.hears('will');
      second.say('free/b', 'end');
      await listener.hears('end');
      return { old: first.heard(), new: second.heard(), heard: texts(listener.heard()) };
    },
    seen: { old: [], new: [], heard: ['will', 'end'] },
  },
];

const wills: Scenario[] = [
  ...([0, 1] as const).map(
    (qos): Scenario => ({
      name: `a will at QoS ${qos} tells who is there, and who comes later if it is retained`,
      async run(join) {
        const { listener } = await pair(join, 'free/#');
        const lost = await join('rig_2', { will: will('free/a', 'will', { qos, retain: true }) });
        await lost.vanish();
        await listener.hears('will');
        const late = await join('staff_2');
        await late.subscribe(['free/a', 1]);
        await late.hears('will');
        return [listener.heard(), late.heard()];
      },
      seen: [[`${qos} free/a=will`], [`${qos}r free/a=will`]],
    }),
  ),
  {
    name: 'a malformed packet closes the connection, and the will is published',
    async run(join) {
      const { listener } = await pair(join, 'free/#');
      const lost = await join('rig_2', { will: will('free/a', 'will') });
      lost.write(...packets('free/a', 3), Buffer.from([0xf0, 0]));
      await lost.closed;
      await listener.hears('will');
      return texts(listener.heard()).at(-1);
    },
    seen: 'will',
  },
  {
    name: 'samples keep a connection alive, and silence ends it',
    long: true,
    async run(join) {
      const { listener } = await pair(join, 'free/#');
      const talker = await join('rig_2', { keepalive: 1, will: will('free/a', 'will') });
      for (let at = 0; at < 5; at += 1) {
        talker.say('free/a', `${at}`);
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      await listener.hears('4');
      const before = texts(listener.heard()).join();
      await talker.closed;
      await listener.hears('will');
      return { before, after: texts(listener.heard()).at(-1) };
    },
    seen: { before: '0,1,2,3,4', after: 'will' },
  },
];

export const scenarios: readonly Scenario[] = [
  ...order,
  ...bytes,
  ...subscriptions,
  ...qualities,
  ...retained,
  ...sessions,
  ...wills,
];
