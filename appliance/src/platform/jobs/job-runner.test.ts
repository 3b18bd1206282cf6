import { SqliteError } from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { storageProblems } from '../database/storage-problems.ts';
import { defineProblems, Problem } from '../errors.ts';
import { GiveUp } from './failure.ts';
import { defineJob, type JobContext } from './job.ts';
import { aJobBench, type JobBench } from './testing/a-job-bench.ts';

const minute = 60_000;

/** A job whose attempts end as they are told to: with an error, with a text to write, or never. */
function aJob(
  attempts: (Error | string | 'hang')[],
  settings: { maxAttempts?: number; timeoutMs?: number } = {},
) {
  const begunAt: number[] = [];
  const contexts: JobContext[] = [];
  const written: string[] = [];
  const died: string[] = [];
  let clock: JobBench['clock'] | undefined;
  const job = defineJob({
    kind: 'deed',
    payload: z.object({ who: z.string() }),
    maxAttempts: 3,
    timeoutMs: 10_000,
    backoff: { baseMs: 1_000, capMs: 60_000 },
    ...settings,
    prepare: (_payload, context) => {
      begunAt.push(clock?.monotonic() ?? 0);
      contexts.push(context);
      const outcome = attempts.shift() ?? 'done';
      if (outcome === 'hang') return new Promise<string>(() => {});
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    write: (_tx, _payload, prepared) => void written.push(prepared),
    died: (_tx, { who }) => void died.push(who),
  });
  const on = async (options: Parameters<typeof aJobBench>[0] = {}) => {
    const bench = await aJobBench(options, job);
    clock = bench.clock;
    await bench.database.write((tx) => bench.jobs.enqueue(tx, job, { who: 'Ana' }));
    await bench.clock.advance(0);
    return bench;
  };
  return { job, on, begunAt, contexts, written, died };
}

/** A job whose every attempt ends when it is told to. */
function aPatientJob() {
  const finish: ((text: string) => void)[] = [];
  const written: string[] = [];
  const job = defineJob({
    kind: 'deed',
    payload: z.object({}),
    maxAttempts: 3,
    timeoutMs: 10_000,
    concurrency: 2,
    prepare: () => new Promise<string>((resolve) => finish.push(resolve)),
    write: (_tx, _payload, text) => void written.push(text),
  });
  return { job, finish, written };
}

const runsOf = async ({ metrics }: JobBench) =>
  [
    ...(await metrics.metrics()).matchAll(/^dugout_job_runs_total\{kind="deed",result="(\w+)"\} (\d+)$/gmu),
  ].map(([, result, count]) => `${result} ${count}`);

describe('an attempt that fails', () => {
  test('is made again after a growing wait, up to the last, and then the job is dead', async () => {
    const failure = new TypeError('no such thing');
    const { on, begunAt, contexts, died } = aJob([failure, failure, failure]);
    const bench = await on();
    await bench.clock.advance(minute);
    expect(begunAt.map((at, n) => at - (begunAt[n - 1] ?? at))).toEqual([0, 1_000, 2_000]);
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(bench.rows()).toMatchObject([
      { state: 'dead', attempts: 3, last_error: 'TypeError: no such thing' },
    ]);
    expect(died).toEqual(['Ana']);
    expect(await runsOf(bench)).toEqual(['retry 2', 'dead 1']);
  });

  test('is forgotten when a later one succeeds', async () => {
    const { on, written, died } = aJob([new Error('not yet'), 'done']);
    const bench = await on();
    expect(bench.rows()).toMatchObject([{ state: 'waiting', attempts: 1, last_error: 'Error: not yet' }]);
    await bench.clock.advance(minute);
    expect(written).toEqual(['done']);
    expect(bench.rows()).toEqual([]);
    expect(died).toEqual([]);
  });

  test('ends the job when it says that another is no use', async () => {
    const { on, begunAt, died } = aJob([new GiveUp('that number does not exist')]);
    const bench = await on();
    await bench.clock.advance(minute);
    expect(begunAt).toHaveLength(1);
    expect(bench.rows()).toMatchObject([{ state: 'dead', last_error: 'GiveUp: that number does not exist' }]);
    expect(died).toEqual(['Ana']);
  });

  test('waits by the time that passes, and not by the clock on the wall', async () => {
    const { on, written } = aJob([new Error('not yet'), 'done']);
    const bench = await on();
    bench.clock.stepWall(-3 * 60 * minute);
    await bench.clock.advance(1_100);
    expect(written).toEqual(['done']);
  });

  test('tells staff what went wrong, and nothing about the guest', async () => {
    const { on } = aJob([new Error('Ana at +1 312 555 0142 <ana@example.org> said "never"')]);
    const bench = await on();
    const [row] = bench.rows();
    expect(row?.last_error).toBe('Error: … at … … said …');
  });

  test('that hangs is given up after its time, and its late result is thrown away', async () => {
    const { job, finish, written } = aPatientJob();
    const bench = await aJobBench({}, job);
    await bench.database.write((tx) => bench.jobs.enqueue(tx, job, {}));
    await bench.clock.advance(10_000);
    expect(bench.rows()).toMatchObject([
      { state: 'waiting', last_error: 'JobTimedOut: not done after 10000 ms' },
    ]);
    await bench.clock.advance(1_000);
    expect(finish).toHaveLength(2);
    finish[0]?.('too late');
    await bench.clock.advance(0);
    expect(written).toEqual([]);
    finish[1]?.('in time');
    await bench.clock.advance(0);
    expect(written).toEqual(['in time']);
  });

  test('in its write undoes the write, and nothing else of the commit', async () => {
    const problem = new Problem(defineProblems({ no_room: aKind }).no_room);
    const outcomes = [problem, undefined];
    const written: string[] = [];
    const job = defineJob({
      kind: 'deed',
      payload: z.object({ who: z.string() }),
      maxAttempts: 2,
      backoff: { baseMs: 1_000, capMs: 1_000 },
      write: (tx, { who }) => {
        bench.jobs.enqueue(tx, note, { text: `for ${who}` });
        const failure = outcomes.shift();
        if (failure !== undefined) throw failure;
      },
    });
    const note = defineJob({
      kind: 'note',
      payload: z.object({ text: z.string() }),
      maxAttempts: 1,
      write: (_tx, { text }) => void written.push(text),
    });
    const bench = await aJobBench({}, job, note);
    await bench.database.write((tx) => {
      bench.jobs.enqueue(tx, job, { who: 'Ana' });
      bench.jobs.enqueue(tx, job, { who: 'Zoë' });
    });
    await bench.clock.advance(0);
    expect(written).toEqual(['for Zoë']);
    expect(bench.rows()).toMatchObject([{ attempts: 1, last_error: 'no_room: There is no room.' }]);
    await bench.clock.advance(1_000);
    expect(written).toEqual(['for Zoë', 'for Ana']);
  });
});

const aKind = { status: 409, title: 'There is no room.', cause: 'It is full.', remedy: 'Wait.' };

describe('a payload that has not the shape of its kind any more', () => {
  test('makes the job dead at once', async () => {
    const shapes = { kind: 'deed', maxAttempts: 5, write: () => {} };
    const before = defineJob({ ...shapes, payload: z.object({ name: z.string() }) });
    const after = defineJob({ ...shapes, payload: z.object({ names: z.array(z.string()) }) });
    const bench = await aJobBench({}, before);
    await bench.database.write((tx) => bench.jobs.enqueue(tx, before, { name: 'Ana' }, { delayMs: 1_000 }));
    const life = await bench.afterACrash(after);
    await life.clock.advance(1_000);
    expect(life.rows()).toMatchObject([{ state: 'dead', attempts: 1 }]);
  });
});

describe('after a crash', () => {
  test('what ran is run again, at once the first time, and has its effect once', async () => {
    const { job, on, written, contexts } = aJob(['hang', 'done']);
    const bench = await on();
    expect(bench.rows()).toMatchObject([{ state: 'running' }]);
    const life = await bench.afterACrash(job);
    await life.clock.advance(0);
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(written).toEqual(['done']);
    expect(life.rows()).toEqual([]);
  });

  test('a job that kills the process is dead after its last attempt', async () => {
    const { job, on, begunAt, died } = aJob(['hang', 'hang', 'hang']);
    let bench = await on();
    for (let crash = 0; crash < 4; crash += 1) {
      bench = await bench.afterACrash(job);
      await bench.clock.advance(minute / 10);
    }
    expect(begunAt).toHaveLength(3);
    expect(bench.rows()).toMatchObject([{ state: 'dead', last_error: 'Interrupted: the appliance stopped' }]);
    expect(died).toEqual(['Ana']);
  });

  test('a job of a kind that this release does not know waits for one that does', async () => {
    const { job, on, written } = aJob(['hang', 'done']);
    const bench = await on();
    const without = await bench.afterACrash();
    await without.clock.advance(minute);
    expect(without.rows()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    const again = await without.afterACrash(job);
    await again.clock.advance(0);
    expect(written).toEqual(['done']);
  });
});

describe('a disk that is full', () => {
  const full = () => Promise.reject(new Problem(storageProblems.storage_full));

  test('costs no attempt, and work goes on when there is room', async () => {
    const { job, written } = aJob(['done']);
    const plain = await aJobBench({}, job);
    let isFull = false;
    const database: typeof plain.database = {
      ...plain.database,
      write: (work) => (isFull ? full() : plain.database.write(work)),
    };
    const bench = await aJobBench({ database }, job);
    await plain.database.write((tx) => bench.jobs.enqueue(tx, job, { who: 'Ana' }));
    isFull = true;
    await bench.clock.advance(minute);
    expect(written).toEqual([]);
    expect(plain.rows()).toMatchObject([{ state: 'waiting', attempts: 0, last_error: null }]);
    isFull = false;
    await bench.clock.advance(1_000);
    expect(written).toEqual(['done']);
  });

  test('at a single statement costs no attempt either', async () => {
    const errors = [new SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE')];
    const job = defineJob({
      kind: 'deed',
      payload: z.object({}),
      maxAttempts: 1,
      write: () => {
        const error = errors.pop();
        if (error !== undefined) throw error;
      },
    });
    const bench = await aJobBench({}, job);
    await bench.database.write((tx) => bench.jobs.enqueue(tx, job, {}));
    await bench.clock.advance(0);
    expect(bench.rows()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    await bench.clock.advance(1_000);
    expect(bench.rows()).toEqual([]);
  });

  test('does not make outside work happen twice: its result is kept until there is room', async () => {
    const { job, begunAt, written } = aJob(['sent']);
    const plain = await aJobBench({}, job);
    let writes = 0;
    const database: typeof plain.database = {
      ...plain.database,
      write: (work) => {
        writes += 1;
        // The start and the claim are stored, the first three tries of the end are not.
        return writes > 2 && writes <= 5 ? full() : plain.database.write(work);
      },
    };
    const bench = await aJobBench({ database }, job);
    await plain.database.write((tx) => bench.jobs.enqueue(tx, job, { who: 'Ana' }));
    await bench.clock.advance(2_000);
    expect(written).toEqual([]);
    await bench.clock.advance(2_000);
    expect(written).toEqual(['sent']);
    expect(begunAt).toHaveLength(1);
    expect(plain.rows()).toEqual([]);
  });
});

describe('a result that comes too late', () => {
  test('is thrown away when the job was cancelled in the same commit', async () => {
    const { job, finish, written } = aPatientJob();
    const bench = await aJobBench({}, job);
    await bench.database.write((tx) => bench.jobs.enqueue(tx, job, {}, { uniqueKey: 'k' }));
    await bench.clock.advance(0);
    const cancelled = bench.database.write((tx) => bench.jobs.cancel(tx, job, 'k'));
    finish[0]?.('too late');
    await cancelled;
    await bench.clock.advance(1_000);
    expect(bench.commits.at(-1)).toBe(2);
    expect(written).toEqual([]);
  });

  test('is thrown away when the job was rescheduled, and runs again, while the result found no room', async () => {
    const { job, finish, written } = aPatientJob();
    const plain = await aJobBench({}, job);
    let isFull = false;
    const database: typeof plain.database = {
      ...plain.database,
      write: (work) =>
        isFull ? Promise.reject(new Problem(storageProblems.storage_full)) : plain.database.write(work),
    };
    const bench = await aJobBench({ database }, job);
    const ask = () => plain.database.write((tx) => bench.jobs.reschedule(tx, job, {}, { uniqueKey: 'k' }));
    await ask();
    await bench.clock.advance(0);
    isFull = true;
    finish[0]?.('too late');
    await bench.clock.advance(100);
    isFull = false;
    await ask();
    await bench.clock.advance(0);
    expect(plain.rows()).toMatchObject([{ state: 'running', lease: 2 }]);
    await bench.clock.advance(2_000);
    expect(written).toEqual([]);
    finish[1]?.('in time');
    await bench.clock.advance(0);
    expect(written).toEqual(['in time']);
    expect(plain.rows()).toEqual([]);
  });
});

describe('stopping', () => {
  test('lets what runs end within the grace', async () => {
    const { job, finish, written } = aPatientJob();
    const bench = await aJobBench({}, job);
    await bench.database.write((tx) => bench.jobs.enqueue(tx, job, {}));
    await bench.clock.advance(0);
    const stopped = bench.jobs.stop(5_000);
    await bench.clock.advance(1_000);
    finish[0]?.('in time');
    await stopped;
    expect(written).toEqual(['in time']);
    expect(bench.rows()).toEqual([]);
  });

  test('tells what does not end to stop, and puts it back without counting the attempt', async () => {
    const { on, contexts } = aJob(['hang']);
    const bench = await on();
    const stopped = bench.jobs.stop(5_000);
    await bench.clock.advance(5_000);
    await stopped;
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(bench.rows()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  });

  test('begins nothing more', async () => {
    const { job, on, begunAt } = aJob(['done', 'done']);
    const bench = await on();
    await bench.jobs.stop();
    await bench.database.write((tx) => bench.jobs.enqueue(tx, job, { who: 'Zoë' }));
    await bench.clock.advance(minute);
    expect(begunAt).toHaveLength(1);
    expect(bench.rows()).toHaveLength(1);
  });
});
