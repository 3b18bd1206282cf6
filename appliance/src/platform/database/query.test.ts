import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { insertInto, type Placeholders, queriesOver, updateWhole } from './query.ts';
import { defineTable, integer, type RowOf, text } from './table.ts';

const scores = defineTable('scores', {
  replication: 'replicated',
  key: ['site_id', 'id'],
  columns: { site_id: text('none'), id: text('none'), points: integer('none') },
});
const query = queriesOver<{ scores: RowOf<typeof scores> }>();

const best = query((db, p: Placeholders<{ least: number; limit: number }>) =>
  db
    .selectFrom('scores')
    .select(['id', 'points'])
    .where('points', '>=', p.least)
    .where('site_id', '<>', 'labs')
    .where((is) => is.or([is('points', '<', 1_000), is('points', '=', p.least)]))
    .orderBy('points', 'desc')
    .limit(p.limit),
);

describe('one query, two dialects', () => {
  test('SQLite', () => {
    const { text: statement, bind } = best.compiled('sqlite');
    expect(statement).toBe(
      'select "id", "points" from "scores" where "points" >= +? and "site_id" <> \'labs\' ' +
        'and ("points" < 1000 or "points" = +?) order by "points" desc limit +?',
    );
    expect(bind({ least: 5, limit: 10 })).toEqual([5, 5, 10]);
  });

  test('Postgres', () => {
    const { text: statement, bind } = best.compiled('postgres');
    expect(statement).toBe(
      'select "id", "points" from "scores" where "points" >= $1 and "site_id" <> $2 ' +
        'and ("points" < $3 or "points" = $4) order by "points" desc limit $5',
    );
    expect(bind({ least: 5, limit: 10 })).toEqual([5, 'labs', 1_000, 5, 10]);
  });
});

test('a query is compiled once per dialect', () => {
  let built = 0;
  const counted = query((db) => {
    built += 1;
    return db.selectFrom('scores').selectAll();
  });
  expect(built).toBe(0);
  for (const dialect of ['sqlite', 'postgres', 'sqlite', 'postgres'] as const) counted.compiled(dialect);
  expect(built).toBe(2);
});

test('what could be taken for SQL is bound, never spliced into the text', () => {
  const hostile = "'); DROP TABLE scores; --";
  const { text: statement, bind } = query((db, p: Placeholders<{ id: string }>) =>
    db.selectFrom('scores').select(sql<number>`${p.id}`.as('x')).where('id', '=', hostile),
  ).compiled('sqlite');
  expect(statement).not.toContain('DROP');
  expect(bind({ id: hostile })).toEqual([hostile, hostile]);
});

test('insertInto names every column of the table', () => {
  const { text: statement, bind } = insertInto(scores).compiled('sqlite');
  expect(statement).toBe('insert into "scores" ("site_id", "id", "points") values (+?, +?, +?)');
  expect(bind({ points: 3, id: 'a', site_id: 's' })).toEqual(['s', 'a', 3]);
});

test('updateWhole writes every column but the key, and finds its row by the whole key', () => {
  const { text: statement, bind } = updateWhole(scores).compiled('postgres');
  expect(statement).toBe('update "scores" set "points" = $1 where "site_id" = $2 and "id" = $3');
  expect(bind({ points: 3, id: 'a', site_id: 's' })).toEqual([3, 's', 'a']);
});
