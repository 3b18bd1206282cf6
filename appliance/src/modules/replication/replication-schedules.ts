import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { days } from '../../platform/http/remote.ts';
import { defineSchedule } from '../../platform/scheduling/schedules.ts';
import { commandsStore } from './commands-store.ts';

/** Far longer than any command may wait; and the cloud gives up a command together with its answer. */
const keptForMs = days(30);

export const forgetOldCommands = (database: Database, clock: Clock) =>
  defineSchedule({
    name: 'replication.forget',
    cron: '20 5 * * *',
    missed: 'run_once',
    run: async () => {
      await database.write((tx) => commandsStore.forgetBefore(tx, clock.now() - keptForMs));
    },
  });
