import { packets, pair, type Scenario, texts, will } from './scenario.ts';

export const wills: Scenario[] = [
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
