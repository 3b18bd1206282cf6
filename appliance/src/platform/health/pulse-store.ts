import { type Placeholders, queriesOver } from '../database/query.ts';
import type { RowOf } from '../database/table.ts';
import type { pulse } from './pulse-tables.ts';

const query = queriesOver<{ pulse: RowOf<typeof pulse> }>();

export const setPulse = query((db, p: Placeholders<{ beat_at: number }>) =>
  db
    .insertInto('pulse')
    .values({ id: 1, beat_at: p.beat_at })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ beat_at: p.beat_at })),
);

export const findPulse = query((db) => db.selectFrom('pulse').select('beat_at'));
