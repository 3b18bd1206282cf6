import { createTask, parse } from 'node-cron';

const dayMs = 86_400_000;
/** The rarest slot is a 29th of February, eight years apart at the turn of most centuries. */
const farthestDays = 8 * 366;

/** The times a cron expression names, on a clock without zones: see `localTimeIn`. */
export interface CronSlots {
  /** The last slot that is not after `local`; undefined when there is none within eight years. */
  latest(local: number): number | undefined;
}

/**
 * Reads a cron expression with node-cron: five or six fields, names, steps, `L`, `W`, `#`, `@daily`. Throws when it is
 * not one. node-cron's own timers are not used: docs/decisions/0004-schedules-keep-their-own-beat.md says why.
 */
export function cronSlots(expression: string): CronSlots {
  const { hour, minute, second } = parse(expression);
  const times = hour
    .flatMap((h) => minute.flatMap((m) => second.map((s) => ((h * 60 + m) * 60 + s) * 1_000)))
    .sort((a, b) => a - b);
  const [first = 0] = times;
  const task = createTask(expression, () => {}, { timezone: 'UTC' });
  // Destroyed, it is out of node-cron's registry and still knows its days.
  void task.destroy();

  const known = new Map<number, boolean>();
  const isDay = (day: number): boolean => {
    let matches = known.get(day);
    if (matches === undefined) {
      matches = task.match(new Date(day + first));
      if (known.size > farthestDays) known.clear();
      known.set(day, matches);
    }
    return matches;
  };

  return {
    latest(local) {
      const today = Math.floor(local / dayMs) * dayMs;
      for (let day = today; day > today - farthestDays * dayMs; day -= dayMs) {
        if (!isDay(day)) continue;
        const time = times.findLast((each) => day + each <= local);
        if (time !== undefined) return day + time;
      }
      return undefined;
    },
  };
}
