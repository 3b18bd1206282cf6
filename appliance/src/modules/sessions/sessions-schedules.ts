import { defineSchedule } from '../../platform/scheduling/schedules.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** Every hour: what has had its time goes, and samples without a session. */
export const tidySessions = (keeper: SessionKeeper) =>
  defineSchedule({
    name: 'sessions.tidy',
    cron: '40 * * * *',
    missed: 'run_once',
    timeoutMs: 20 * 60_000,
    async run(signal) {
      await keeper.sweep(signal);
      await keeper.retain(signal);
    },
  });
