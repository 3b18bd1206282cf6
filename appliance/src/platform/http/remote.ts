import { columnsOf, type Query } from '../database/query.ts';
import type { Columns, Table } from '../database/table.ts';
import type { Statements } from '../database/transaction.ts';

export const minutes = (count: number): number => count * 60_000;
export const days = (count: number): number => count * 24 * 60 * minutes(1);

/** What happened to a row last, as a person is told it. */
export interface LastChange {
  /** Name of who did it. */
  readonly by: string;
  /** Venue time, epoch milliseconds. */
  readonly at: number;
  /** What they did, to follow “it was”: “cancelled”. */
  readonly what: string;
}

/**
 * The row that a request is about. Whoever asks from afar has seen it some time ago: when `version` differs at the
 * venue by then, they are told so and nothing is done.
 */
export interface Subject {
  readonly table: Table;
  /** The path parameter that holds its key. */
  readonly param: string;
  /** Columns that must still be what they were. */
  readonly version: readonly string[];
  lastChange?(reads: Pick<Statements, 'all' | 'get'>, key: string): LastChange | undefined;
}

/** How a write is asked for from afar. `venue_only`: it makes sense at the venue alone. */
export type FromAfar =
  | {
      /** After this long it is pointless, in milliseconds. */
      readonly expiresAfterMs?: number;
      readonly about?: Subject;
    }
  | 'venue_only';

/** Of a request that does not say how long it makes sense. */
export const expiresUnlessToldMs = days(1);

/** What a remote action keeps of its route: how long it makes sense, and the row it is about. */
export const remoteTerms = (remote: Exclude<FromAfar, 'venue_only'> = {}) => ({
  expiresAfterMs: remote.expiresAfterMs ?? expiresUnlessToldMs,
  about: remote.about,
});

export const subject = <Shape extends Columns>(
  table: Table<Shape>,
  version: readonly (keyof Shape & string)[],
  lastChange?: Subject['lastChange'],
): Subject => ({ table, param: 'id', version, ...(lastChange === undefined ? {} : { lastChange }) });

const versions = new WeakMap<Subject, Query<{ key: string }, Readonly<Record<string, unknown>>>>();

/** The row's version as it is now: at the venue when it acts, on the replica when somebody asks. */
export function versionOf(about: Subject): Query<{ key: string }, Readonly<Record<string, unknown>>> {
  let query = versions.get(about);
  if (query === undefined) {
    query = columnsOf(about.table, about.version);
    versions.set(about, query);
  }
  return query;
}
