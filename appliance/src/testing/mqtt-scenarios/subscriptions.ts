import { publishing, subscribing, unsubscribing } from '../mqtt-world.ts';
import { end, numbers, pair, type Scenario, texts } from './scenario.ts';

export const subscriptions: Scenario[] = [
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
