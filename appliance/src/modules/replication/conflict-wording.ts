import { toMoment } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import type { LastChange } from '../../platform/http/remote.ts';
import { replicationProblems } from './replication-problems.ts';

type Version = Readonly<Record<string, unknown>>;

export interface Conflict {
  readonly expected: Version;
  readonly current: Version;
  /** Columns that differ. */
  readonly changed: readonly string[];
  readonly lastChange: LastChange | undefined;
}

/** Says who was first, in the venue's own time. */
export function createConflictWording(timezone: string) {
  const clockTime = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
  });

  const whoWas = ({ by, at, what }: LastChange): string => {
    const who = by === 'appliance' || by === 'guest' ? `the ${by}` : by;
    return `It was ${what} by ${who} at ${clockTime.format(at)}, venue time, after what you saw; nothing was done.`;
  };
  const whatIs = ({ expected, current, changed }: Conflict): string => {
    const values = changed.map(
      (name) => `${name} was ${shown(expected[name])} and is ${shown(current[name])}`,
    );
    return `It was changed after what you saw (${values.join(', ')}); nothing was done.`;
  };
  return (conflict: Conflict): Problem => {
    const { expected, current, lastChange } = conflict;
    return new Problem(
      replicationProblems.changed_meanwhile,
      lastChange === undefined ? whatIs(conflict) : whoWas(lastChange),
      {
        expected,
        current,
        changed_by: lastChange?.by ?? null,
        changed_at: lastChange === undefined ? null : toMoment(lastChange.at),
      },
    );
  };
}

const shown = (value: unknown): string => (value === null || value === undefined ? 'nothing' : `“${value}”`);
