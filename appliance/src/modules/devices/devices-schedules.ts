import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { defineSchedule } from '../../platform/scheduling/schedules.ts';
import { commandsStore } from './commands-store.ts';

const keptMs = 7 * 24 * 3_600_000;

/** Commands that ended long ago tell nobody anything, and name guests. */
export const forgetEndedCommands = (database: Database, clock: Clock) =>
  defineSchedule({
    name: 'devices.forget-commands',
    cron: '20 5 * * *',
    missed: 'run_once',
    run: async () => {
      await database.write((tx) => commandsStore.forgetEnded(tx, clock.now() - keptMs));
    },
  });
