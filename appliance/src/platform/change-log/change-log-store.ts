import { sql } from 'kysely';
import { type Placeholders, type Query, queriesOver } from '../database/query.ts';
import type { RowOf } from '../database/table.ts';
import { type ChangeLogLife, type changeLog, commitMark } from './change-log-tables.ts';

const query = queriesOver<{ change_log: RowOf<typeof changeLog>; change_log_life: ChangeLogLife }>();

export const findLife = query((db) => db.selectFrom('change_log_life').selectAll());

/** The ends of the log and its floor. */
export const findExtent = query((db) =>
  db.selectFrom('change_log_life').select(({ selectFrom }) => [
    'floor',
    'capture',
    'epoch',
    selectFrom('change_log')
      .select(({ fn }) => fn.max<number>('seq').as('seq'))
      .as('newest'),
  ]),
);

export const countEntries = query((db) =>
  db.selectFrom('change_log').select(({ fn }) => fn.countAll<number>().as('count')),
);

export type Entry = Pick<RowOf<typeof changeLog>, 'seq' | 'tbl' | 'pk'>;

export const findEntriesAfter = query((db, p: Placeholders<{ after: number; limit: number }>) =>
  db
    .selectFrom('change_log')
    .select(['seq', 'tbl', 'pk'])
    .where('seq', '>', p.after)
    .orderBy('seq')
    .limit(p.limit),
);

/** The newest first. */
export const findEntriesBetween = query(
  (db, p: Placeholders<{ after: number; before: number; limit: number }>) =>
    db
      .selectFrom('change_log')
      .select(['seq', 'tbl', 'pk'])
      .where('seq', '>', p.after)
      .where('seq', '<', p.before)
      .orderBy('seq', 'desc')
      .limit(p.limit),
);

/** When the transaction was committed that the entry with this seq is of. */
export const findCommitFrom = query((db, p: Placeholders<{ from: number }>) =>
  db
    .selectFrom('change_log')
    .select('pk')
    .where('seq', '>=', p.from)
    .where('tbl', '=', commitMark)
    .orderBy('seq')
    .limit(1),
);

/** The newest entry stays, whatever is asked for: the next one's seq follows from it. */
export const deleteEntries = query((db, p: Placeholders<{ from: number; through: number }>) =>
  db
    .deleteFrom('change_log')
    .where('seq', '>=', p.from)
    .where('seq', '<=', p.through)
    .where('seq', '<', ({ selectFrom }) =>
      selectFrom('change_log').select(({ fn }) => fn.max<number>('seq').as('seq')),
    ),
);

export const liftFloor = query((db, p: Placeholders<{ floor: number }>) =>
  db
    .updateTable('change_log_life')
    .set({ floor: sql<number>`max(floor, ${p.floor})` })
    .where('id', '=', 1),
);

/** Bytes inside of the database file that hold nothing: room that needs none on the volume. */
export const findFreeBytes: Query<object, { bytes: number }> = {
  compiled: () => ({
    text: 'SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size',
    bind: () => [],
  }),
};
