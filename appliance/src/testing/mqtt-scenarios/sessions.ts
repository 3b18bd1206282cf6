import { publishing } from '../mqtt-world.ts';
import { numbers, pair, type Scenario, texts, will } from './scenario.ts';

export const sessions: Scenario[] = [
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
