import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { defineSchedule } from '../../platform/scheduling/schedules.ts';
import { authStore } from './auth-store.ts';

/** Kept this much longer than needed, so that a clock that was wrong for a night takes nothing away. */
const marginMs = 48 * 3_600_000;

export const forgetEndedSessions = (database: Database, clock: Clock) =>
  defineSchedule({
    name: 'auth.forget',
    cron: '10 5 * * *',
    missed: 'run_once',
    run: () => database.write((tx) => authStore.forgetBefore(tx, clock.now() - marginMs)),
  });
