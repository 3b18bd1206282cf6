import { publishing } from '../mqtt-world.ts';
import { end, numbers, packets, pair, type Scenario, texts, will } from './scenario.ts';

export const order: Scenario[] = (['free', 'handled', 'slow'] as const).flatMap((area): Scenario[] => {
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
