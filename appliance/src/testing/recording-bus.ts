// A program to be killed: it writes down each message of a rig a moment after it came. Arguments: broker, file.
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { systemClock } from '../platform/clock.ts';
import { createExternalBus } from '../platform/mqtt/external-bus.ts';
import { defineTopic, nobody } from '../platform/mqtt/topic.ts';

const [url = '', file = ''] = process.argv.slice(2);
const bus = createExternalBus({
  site: 'labs-1',
  topics: [
    defineTopic({
      name: 'event',
      path: 'rig/{id}/event',
      direction: 'receive',
      qos: 1,
      retained: false,
      payload: z.object({ seq: z.int() }),
      publish: [{ roles: ['rig'], own: true }],
      subscribe: nobody,
      summary: 'What happened on a rig.',
      async handle({ payload }) {
        await delay(20);
        appendFileSync(file, `${payload.seq}\n`);
      },
    }),
  ],
  url,
  identify: (name, role) => ({ name, role, userId: name }),
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  metrics: new Registry(),
});
await bus.start(() => {});
// Waits for whoever ends it.
setInterval(() => {}, 60_000);
