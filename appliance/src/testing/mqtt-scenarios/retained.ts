import { publishing } from '../mqtt-world.ts';
import type { Scenario } from './scenario.ts';

export const retained: Scenario[] = [
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
