import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { defineSchedule } from '../scheduling/schedules.ts';
import { type Idempotency, keptForMs } from './idempotency.ts';

export const forgetOldReplies = (idempotency: Idempotency, database: Database, clock: Clock) =>
  defineSchedule({
    name: 'idempotency.forget',
    cron: '40 * * * *',
    missed: 'run_once',
    run: async () => {
      await database.write((tx) => idempotency.forgetBefore(tx, clock.now() - keptForMs));
    },
  });
