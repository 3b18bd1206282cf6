import { defineTable, integer, mixed, moment, nullable, type RowOf, text } from '../database/table.ts';

/** `tbl` of the row that ends a transaction; its `pk` is the wall time of the commit, epoch milliseconds. */
export const commitMark = 0;

/** One row per change of a replicated row: which, not what. What it came to is read when it leaves. */
export const changeLog = defineTable('change_log', {
  replication: 'local',
  key: ['seq'],
  columns: {
    /** Never goes back, except with the whole database. */
    seq: integer('none'),
    /** A number of `change_log_tables`, or `commitMark`. */
    tbl: integer('none'),
    /** The key as it is stored; a JSON array of its columns when it has several. */
    pk: mixed('identifier'),
    /** Chance, up to 2^53: tells two histories apart that have the same numbers. */
    tok: integer('none'),
  },
});

/** A number is given once: whoever reads the log later must not take one table for another. */
export const changeLogTables = defineTable('change_log_tables', {
  replication: 'local',
  key: ['number'],
  columns: {
    number: integer('none'),
    name: text('none'),
    /** Fingerprint of the triggers as they were installed; null while the table's changes are not captured. */
    triggers: nullable(text('none')),
  },
});

/** One row: whose log this is and how far back it is whole. */
export const changeLogLife = defineTable('change_log_life', {
  replication: 'local',
  key: ['id'],
  columns: {
    id: integer<1>('none'),
    /** Counts the lives of the venue's data: a restore begins the next. */
    epoch: integer('none'),
    /** The machine that the data is on; `keys/appliance-id` says the same, outside of the database. */
    appliance_id: text('none'),
    capture: text<'on' | 'given_up'>('none'),
    /** Changes up to this seq may be missing from the log. */
    floor: integer('none'),
    given_up_at: nullable(moment('none')),
  },
});
export type ChangeLogLife = RowOf<typeof changeLogLife>;

export const changeLogDeclarations = [changeLog, changeLogTables, changeLogLife];
