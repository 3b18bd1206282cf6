import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { systemClock as clock, sleep } from '../../clock.ts';
import { openDatabase } from '../../database/database.ts';
import { createIds } from '../../ids.ts';
import { defineJob } from '../job.ts';
import { createJobs } from '../jobs.ts';
import { insertEffect, migrations } from './effects.ts';

/**
 * Does jobs until there are none, or until it is killed. Says on stdout when one has been prepared, and `idle` at
 * the end. Arguments: data directory, how many jobs to ask for first.
 */
const [directory = '', asked = '0'] = process.argv.slice(2);
const database = openDatabase({ directory, migrations, clock });
const ids = createIds(clock);
const jobs = createJobs({
  database,
  clock,
  ids,
  logger: pino({ level: 'silent' }),
  metrics: new Registry(),
  random: () => 0,
});
const say = (line: string) => writeSync(1, `${line}\n`);
const payload = z.object({ number: z.number() });

const slow = defineJob({
  kind: 'slow',
  payload,
  maxAttempts: 1_000,
  timeoutMs: 10_000,
  concurrency: 3,
  async prepare({ number }) {
    await sleep(clock, 5);
    say(`prepared ${number}`);
    return ids.next();
  },
  write: (tx, { number }, id) => void tx.run(insertEffect, { id, number }),
});
const quick = defineJob({
  kind: 'quick',
  payload,
  maxAttempts: 1_000,
  write: (tx, { number }) => void tx.run(insertEffect, { id: ids.next(), number }),
});

jobs.register(slow);
jobs.register(quick);
await database.write((tx) => {
  for (let number = 0; number < Number(asked); number += 1) {
    jobs.enqueue(tx, number % 2 === 0 ? slow : quick, { number });
  }
});
await jobs.start();
say('started');
const left = async () => {
  const kinds = await jobs.listKinds(database.reader);
  return kinds.reduce((sum, kind) => sum + kind.waiting + kind.running, 0);
};
while ((await left()) > 0) await new Promise<void>((resolve) => clock.deadline(20, resolve));
await jobs.stop();
database.close();
say('idle');
