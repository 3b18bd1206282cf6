import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineJob } from './job.ts';
import { jobProblems } from './job-problems.ts';
import { aJobBench } from './testing/a-job-bench.ts';

const minute = 60_000;

function aFickleJob(maxAttempts = 1) {
  const state = { fails: true, done: 0 };
  const job = defineJob({
    kind: 'deed',
    payload: z.object({ secret: z.string() }),
    maxAttempts,
    write: () => {
      if (state.fails) throw new Error('not today');
      state.done += 1;
    },
  });
  return { job, state };
}

async function aDeadJob(uniqueKey?: string) {
  const { job, state } = aFickleJob();
  const bench = await aJobBench({}, job);
  const ask = () =>
    bench.database.write((tx) =>
      bench.jobs.enqueue(tx, job, { secret: 'x' }, uniqueKey === undefined ? {} : { uniqueKey }),
    );
  const id = await ask();
  await bench.clock.advance(0);
  const call = <Result>(work: Parameters<typeof bench.database.write<Result>>[0]) =>
    bench.database.write(work);
  return { ...bench, id, job, state, ask, call };
}

test('lists jobs newest first, page by page, by state and kind, and not what they are about', async () => {
  const { job } = aFickleJob();
  const other = defineJob({ kind: 'other', payload: z.object({}), maxAttempts: 7, write: () => {} });
  const { clock, database, jobs } = await aJobBench({}, job, other);
  const [dead, first, second] = await database.write((tx) => [
    jobs.enqueue(tx, job, { secret: 'x' }),
    jobs.enqueue(tx, other, {}, { delayMs: minute }),
    jobs.enqueue(tx, other, {}, { delayMs: minute }),
  ]);
  await clock.advance(0);
  const ids = async (filter: Omit<Parameters<typeof jobs.list>[1], 'limit'>, limit = 10) =>
    (await jobs.list(database.reader, { ...filter, limit })).map((row) => row.id);
  expect(await ids({})).toEqual([second, first, dead]);
  expect(await ids({}, 2)).toEqual([second, first]);
  expect(await ids({ before: first })).toEqual([dead]);
  expect(await ids({ state: 'dead' })).toEqual([dead]);
  expect(await ids({ kind: 'other' })).toEqual([second, first]);
  const [row] = await jobs.list(database.reader, { state: 'dead', limit: 1 });
  expect(row).toEqual({
    id: dead,
    kind: 'deed',
    state: 'dead',
    attempts: 1,
    max_attempts: 1,
    run_at: clock.now(),
    last_error: 'Error: not today',
    created_at: clock.now(),
  });
});

describe('a dead job', () => {
  test('retried, has all its attempts again', async () => {
    const { id, jobs, clock, state, call, rows } = await aDeadJob();
    state.fails = false;
    expect(await call((tx) => jobs.retry(tx, id))).toMatchObject({ state: 'waiting', attempts: 0 });
    await clock.advance(0);
    expect(state.done).toBe(1);
    expect(rows()).toEqual([]);
  });

  test('discarded, is gone', async () => {
    const { id, jobs, call, rows } = await aDeadJob();
    await call((tx) => jobs.discard(tx, id));
    expect(rows()).toEqual([]);
    await expect(call((tx) => jobs.discard(tx, id))).rejects.toMatchObject({
      kind: jobProblems.job_not_found,
    });
    await expect(call((tx) => jobs.retry(tx, id))).rejects.toMatchObject({ kind: jobProblems.job_not_found });
  });

  test('does not stand in the way of a new one, which then answers for both', async () => {
    const { id, jobs, call, ask } = await aDeadJob('k');
    await call((tx) => jobs.pause(tx, 'deed'));
    expect(await ask()).not.toBe(id);
    await expect(call((tx) => jobs.retry(tx, id))).rejects.toMatchObject({
      kind: jobProblems.job_superseded,
    });
  });

  test('is counted', async () => {
    const { jobs, database } = await aDeadJob();
    expect(await jobs.countDead(database.reader)).toBe(1);
  });
});

test('a job that waits for its next attempt can be run now', async () => {
  const { job, state } = aFickleJob(9);
  const { clock, database, jobs } = await aJobBench({}, job);
  const id = await database.write((tx) => jobs.enqueue(tx, job, { secret: 'x' }));
  await clock.advance(10_000);
  state.fails = false;
  await database.write((tx) => jobs.retry(tx, id));
  await clock.advance(0);
  expect(state.done).toBe(1);
});

test('a running job cannot be retried, but it can be discarded, and then has no effect', async () => {
  let finish = () => {};
  let written = false;
  const job = defineJob({
    kind: 'deed',
    payload: z.object({}),
    maxAttempts: 1,
    timeoutMs: minute,
    prepare: () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    write: () => {
      written = true;
    },
  });
  const { clock, database, jobs } = await aJobBench({}, job);
  const id = await database.write((tx) => jobs.enqueue(tx, job, {}));
  await clock.advance(0);
  await expect(database.write((tx) => jobs.retry(tx, id))).rejects.toMatchObject({
    kind: jobProblems.job_running,
  });
  await database.write((tx) => jobs.discard(tx, id));
  finish();
  await clock.advance(0);
  expect(written).toBe(false);
});

describe('a kind', () => {
  test('that is paused waits, over a restart too, until it is resumed', async () => {
    const { job, state } = aFickleJob();
    state.fails = false;
    const bench = await aJobBench({}, job);
    await bench.database.write((tx) => bench.jobs.pause(tx, 'deed'));
    await bench.database.write((tx) => bench.jobs.enqueue(tx, job, { secret: 'x' }));
    await bench.clock.advance(minute);
    const life = await bench.afterACrash(job);
    await life.clock.advance(minute);
    expect(state.done).toBe(0);
    expect(await life.jobs.listKinds(life.database.reader)).toEqual([
      { kind: 'deed', paused: true, waiting: 1, running: 0, dead: 0 },
    ]);
    await life.database.write((tx) => life.jobs.resume(tx, 'deed'));
    await life.clock.advance(0);
    expect(state.done).toBe(1);
  });

  test('is not paused when the transaction that says so does not come about', async () => {
    const { job, state } = aFickleJob();
    state.fails = false;
    const { clock, database, jobs } = await aJobBench({}, job);
    const pausing = database.write((tx) => {
      jobs.pause(tx, 'deed');
      throw new Error('no');
    });
    await expect(pausing).rejects.toThrow('no');
    await database.write((tx) => jobs.enqueue(tx, job, { secret: 'x' }));
    await clock.advance(0);
    expect(state.done).toBe(1);
  });

  test('that nobody knows cannot be paused', async () => {
    const { database, jobs } = await aJobBench({});
    const pausing = database.write((tx) => jobs.pause(tx, 'stranger'));
    await expect(pausing).rejects.toMatchObject({ kind: jobProblems.job_kind_not_found });
  });
});

test('jobs are measured by kind and state', async () => {
  const { metrics } = await aDeadJob();
  expect(await metrics.metrics()).toContain('dugout_jobs{kind="deed",state="dead"} 1');
});
