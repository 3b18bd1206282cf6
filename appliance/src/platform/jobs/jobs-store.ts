import { sql } from 'kysely';
import { insertInto, type Placeholders, queriesOver } from '../database/query.ts';
import { type JobKindRow, type JobRow, type JobState, jobs } from './jobs-tables.ts';

const query = queriesOver<{ jobs: JobRow; job_kinds: JobKindRow }>();

/** A job as one claim of it. Every result names it, and counts only while the claim is the current one. */
export interface Claim {
  id: string;
  lease: number;
}

export const insertJob = insertInto(jobs);

export const findJob = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('jobs').selectAll().where('id', '=', p.id),
);

export const findJobByKey = query((db, p: Placeholders<{ kind: string; unique_key: string }>) =>
  db
    .selectFrom('jobs')
    .selectAll()
    .where('kind', '=', p.kind)
    .where('unique_key', '=', p.unique_key)
    .where('state', '<>', 'dead'),
);

export const findDueJobs = query((db, p: Placeholders<{ kind: string; now: number; limit: number }>) =>
  db
    .selectFrom('jobs')
    .select('id')
    .where('kind', '=', p.kind)
    .where('state', '=', 'waiting')
    .where('run_at', '<=', p.now)
    .orderBy('run_at')
    .orderBy('id')
    .limit(p.limit),
);

export const findNextDueTime = query((db, p: Placeholders<{ kind: string; now: number }>) =>
  db
    .selectFrom('jobs')
    .select('run_at')
    .where('kind', '=', p.kind)
    .where('state', '=', 'waiting')
    .where('run_at', '>', p.now)
    .orderBy('run_at')
    .limit(1),
);

export const claimJob = query((db, p: Placeholders<{ id: string }>) =>
  db
    .updateTable('jobs')
    .set((row) => ({
      state: 'running',
      attempts: sql`${row.ref('attempts')} + 1`,
      lease: sql`${row.ref('lease')} + 1`,
    }))
    .where('id', '=', p.id)
    .where('state', '=', 'waiting')
    .returningAll(),
);

export const removeClaimedJob = query((db, p: Placeholders<Claim>) =>
  db.deleteFrom('jobs').where('id', '=', p.id).where('lease', '=', p.lease).where('state', '=', 'running'),
);

export const postponeClaimedJob = query(
  (db, p: Placeholders<Claim & { run_at: number; delay_ms: number; last_error: string }>) =>
    db
      .updateTable('jobs')
      .set({ state: 'waiting', run_at: p.run_at, delay_ms: p.delay_ms, last_error: p.last_error })
      .where('id', '=', p.id)
      .where('lease', '=', p.lease)
      .where('state', '=', 'running'),
);

export const buryClaimedJob = query((db, p: Placeholders<Claim & { last_error: string }>) =>
  db
    .updateTable('jobs')
    .set({ state: 'dead', last_error: p.last_error })
    .where('id', '=', p.id)
    .where('lease', '=', p.lease)
    .where('state', '=', 'running'),
);

/** Gives the claim back as if it had not been. */
export const returnClaimedJob = query((db, p: Placeholders<Claim>) =>
  db
    .updateTable('jobs')
    .set((row) => ({ state: 'waiting', attempts: sql`${row.ref('attempts')} - 1` }))
    .where('id', '=', p.id)
    .where('lease', '=', p.lease)
    .where('state', '=', 'running'),
);

export const findRunningJobs = query((db) =>
  db.selectFrom('jobs').selectAll().where('state', '=', 'running'),
);

/** Back to waiting with another due time, another payload and all attempts before it. */
export const renewJob = query(
  (db, p: Placeholders<{ id: string; payload: string; run_at: number; delay_ms: number | null }>) =>
    db
      .updateTable('jobs')
      .set({ state: 'waiting', payload: p.payload, run_at: p.run_at, delay_ms: p.delay_ms, attempts: 0 })
      .where('id', '=', p.id),
);

export const deleteJob = query((db, p: Placeholders<{ id: string }>) =>
  db.deleteFrom('jobs').where('id', '=', p.id),
);

export const moveDelayedJobs = query((db, p: Placeholders<{ step: number }>) =>
  db
    .updateTable('jobs')
    .set((row) => ({ run_at: sql`${row.ref('run_at')} + ${p.step}` }))
    .where('state', '=', 'waiting')
    .where('delay_ms', 'is not', null),
);

/** No wait is longer than it was asked for: the wall clock may have gone back while the appliance was off. */
export const boundDelayedJobs = query((db, p: Placeholders<{ now: number }>) =>
  db
    .updateTable('jobs')
    .set((row) => ({ run_at: sql`${p.now} + ${row.ref('delay_ms')}` }))
    .where('state', '=', 'waiting')
    .where('delay_ms', 'is not', null)
    .where(sql<boolean>`run_at > ${p.now} + delay_ms`),
);

export const countJobs = query((db) =>
  db
    .selectFrom('jobs')
    .select(({ fn }) => ['kind', 'state', fn.countAll<number>().as('count')])
    .groupBy(['kind', 'state']),
);

export const countDeadJobs = query((db) =>
  db
    .selectFrom('jobs')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'dead'),
);

/** Newest first. Pass null for what shall not be filtered by; Postgres wants to know of what type nothing is. */
export const pageOfJobs = query(
  (
    db,
    p: Placeholders<{ state: JobState | null; kind: string | null; before: string | null; limit: number }>,
  ) =>
    db
      .selectFrom('jobs')
      .selectAll()
      .where((is) => is.or([is(is.cast(p.state, 'text'), 'is', null), is('state', '=', p.state)]))
      .where((is) => is.or([is(is.cast(p.kind, 'text'), 'is', null), is('kind', '=', p.kind)]))
      .where((is) => is.or([is(is.cast(p.before, 'text'), 'is', null), is('id', '<', p.before)]))
      .orderBy('id', 'desc')
      .limit(p.limit),
);

export const findPausedKinds = query((db) =>
  db.selectFrom('job_kinds').select('kind').where('paused', '=', 1),
);

export const setPaused = query((db, p: Placeholders<JobKindRow>) =>
  db
    .insertInto('job_kinds')
    .values({ kind: p.kind, paused: p.paused })
    .onConflict((conflict) => conflict.column('kind').doUpdateSet({ paused: p.paused })),
);
