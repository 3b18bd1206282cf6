import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineJob, defineJobKind } from './job.ts';
import { aJobBench } from './testing/a-job-bench.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A quick job that writes down what it was run with. */
function aNote(kind = 'note') {
  const notes: string[] = [];
  const job = defineJob({
    kind,
    payload: z.object({ text: z.string() }),
    maxAttempts: 3,
    write: (_tx, { text }) => void notes.push(text),
  });
  return { job, notes };
}

/** A slow job that goes on when it is told to. */
function aLongNote(settings: { concurrency?: number; timeoutMs?: number } = {}) {
  const begun: string[] = [];
  const notes: string[] = [];
  const finish: (() => void)[] = [];
  const job = defineJob({
    kind: 'long-note',
    payload: z.object({ text: z.string() }),
    maxAttempts: 3,
    timeoutMs: hour,
    ...settings,
    async prepare({ text }) {
      begun.push(text);
      await new Promise<void>((resolve) => finish.push(resolve));
      return text.toUpperCase();
    },
    write: (_tx, _payload, prepared) => void notes.push(prepared),
  });
  return { job, begun, notes, finish };
}

describe('asking for work', () => {
  test('it is done as soon as the transaction that asked is stored', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs, rows } = await aJobBench({}, job);
    await database.write((tx) => {
      jobs.enqueue(tx, job, { text: 'a' });
      expect(notes).toEqual([]);
    });
    await clock.advance(0);
    expect(notes).toEqual(['a']);
    expect(rows()).toEqual([]);
  });

  test('it is not done when that transaction does not come about', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs, rows } = await aJobBench({}, job);
    const write = database.write((tx) => {
      jobs.enqueue(tx, job, { text: 'a' });
      throw new Error('no');
    });
    await expect(write).rejects.toThrow('no');
    await clock.advance(minute);
    expect(notes).toEqual([]);
    expect(rows()).toEqual([]);
  });

  test('a kind nobody does, and a payload of the wrong shape, are refused at once', async () => {
    const { job } = aNote();
    const { database, jobs, rows } = await aJobBench({}, job);
    const stranger = defineJobKind('stranger', z.object({}));
    await expect(database.write((tx) => jobs.enqueue(tx, stranger, {}))).rejects.toThrow('not registered');
    const wrong: { text: string } = JSON.parse('{"text": 5}');
    await expect(database.write((tx) => jobs.enqueue(tx, job, wrong))).rejects.toThrow();
    expect(rows()).toEqual([]);
  });

  test('due first is done first, and the earlier of two that are due together', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    await database.write((tx) => {
      jobs.enqueue(tx, job, { text: 'c' }, { delayMs: 200 });
      jobs.enqueue(tx, job, { text: 'a' }, { delayMs: 100 });
      jobs.enqueue(tx, job, { text: 'b' }, { delayMs: 100 });
    });
    await clock.advance(300);
    expect(notes).toEqual(['a', 'b', 'c']);
  });

  test('many at once are all done, in few commits', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs, commits } = await aJobBench({}, job);
    await database.write((tx) => {
      for (let n = 0; n < 500; n += 1) jobs.enqueue(tx, job, { text: String(n) });
    });
    commits.length = 0;
    await clock.advance(1_000);
    expect(notes).toHaveLength(500);
    expect(new Set(notes).size).toBe(500);
    expect(commits).toEqual([64, 64, 64, 64, 64, 64, 64, 52]);
  });
});

describe('when', () => {
  test('a wait lasts as long as asked, to the millisecond', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    await database.write((tx) => jobs.enqueue(tx, job, { text: 'a' }, { delayMs: 90_300 }));
    await clock.advance(90_299);
    expect(notes).toEqual([]);
    await clock.advance(1);
    expect(notes).toEqual(['a']);
  });

  test.each([-3 * hour, -1_000, 1_000, 3 * hour, 87_660 * hour])(
    'a wait is not changed by a clock that is stepped by %d ms',
    async (step) => {
      const { job, notes } = aNote();
      const { clock, database, jobs } = await aJobBench({}, job);
      const ask = (text: string) =>
        database.write((tx) => jobs.enqueue(tx, job, { text }, { delayMs: 5 * minute }));
      await ask('before');
      await clock.advance(minute);
      clock.stepWall(step);
      await ask('right after');
      await clock.advance(4 * minute - 100);
      expect(notes).toEqual([]);
      await clock.advance(200);
      expect(notes).toEqual(['before']);
      await clock.advance(minute - 300);
      expect(notes).toEqual(['before']);
      await clock.advance(200);
      expect(notes).toEqual(['before', 'right after']);
    },
  );

  test.each([-3 * hour, 3 * hour])(
    'a wait is exact when the clock is stepped by %d ms within its last second',
    async (step) => {
      const { job, notes } = aNote();
      const { clock, database, jobs } = await aJobBench({}, job);
      await database.write((tx) => jobs.enqueue(tx, job, { text: 'a' }, { delayMs: 7_400 }));
      await clock.advance(6_500);
      clock.stepWall(step);
      await clock.advance(899);
      expect(notes).toEqual([]);
      await clock.advance(1);
      expect(notes).toEqual(['a']);
    },
  );

  test('what is due at once is not put off by a clock that is set back in the same moment', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    await database.write((tx) => {
      jobs.enqueue(tx, job, { text: 'a' });
      clock.stepWall(-3 * hour);
    });
    await clock.advance(2_000);
    expect(notes).toEqual(['a']);
  });

  test('a time of day is a time of day, however the clock comes there', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    const runAt = clock.now() + 4 * hour;
    await database.write((tx) => jobs.enqueue(tx, job, { text: 'a' }, { runAt }));
    await clock.advance(hour);
    clock.stepWall(-hour);
    await clock.advance(hour);
    expect(notes).toEqual([]);
    clock.stepWall(3 * hour);
    await clock.advance(1_000);
    expect(notes).toEqual(['a']);
  });

  test('a wait is not longer than asked when the clock was set back while the appliance was off', async () => {
    const { job, notes } = aNote();
    const { database, jobs, clock, afterACrash } = await aJobBench({}, job);
    await database.write((tx) => jobs.enqueue(tx, job, { text: 'a' }, { delayMs: minute }));
    clock.stepWall(-3 * hour);
    const life = await afterACrash(job);
    await life.clock.advance(minute);
    expect(notes).toEqual(['a']);
  });
});

describe('one job per key', () => {
  test('asked for again while it waits, it is kept as it is', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    const ask = (text: string) =>
      database.write((tx) => jobs.enqueue(tx, job, { text }, { uniqueKey: 'k', delayMs: 1_000 }));
    expect(await ask('second')).toBe(await ask('second').then(() => ask('third')));
    await clock.advance(1_000);
    expect(notes).toEqual(['second']);
    await ask('after');
    await clock.advance(1_000);
    expect(notes).toEqual(['second', 'after']);
  });

  test('asked for again while it runs, it is the one that runs', async () => {
    const { job, begun, finish } = aLongNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    const ask = () => database.write((tx) => jobs.enqueue(tx, job, { text: 'a' }, { uniqueKey: 'k' }));
    const id = await ask();
    await clock.advance(0);
    expect(await ask()).toBe(id);
    finish[0]?.();
    await clock.advance(minute);
    expect(begun).toEqual(['a']);
  });

  test('another key, and another kind, is another job', async () => {
    const one = aNote('one');
    const two = aNote('two');
    const { clock, database, jobs } = await aJobBench({}, one.job, two.job);
    await database.write((tx) => {
      jobs.enqueue(tx, one.job, { text: 'a' }, { uniqueKey: 'k' });
      jobs.enqueue(tx, one.job, { text: 'b' }, { uniqueKey: 'l' });
      jobs.enqueue(tx, two.job, { text: 'c' }, { uniqueKey: 'k' });
    });
    await clock.advance(0);
    expect([...one.notes, ...two.notes].sort()).toEqual(['a', 'b', 'c']);
  });

  test('rescheduled while it waits, it has the new payload and the new time', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    const ask = (text: string, delayMs: number) =>
      database.write((tx) => jobs.reschedule(tx, job, { text }, { uniqueKey: 'k', delayMs }));
    await ask('old', 1_000);
    await ask('new', 5_000);
    await clock.advance(4_999);
    expect(notes).toEqual([]);
    await clock.advance(1);
    expect(notes).toEqual(['new']);
  });

  test('rescheduled while it runs, its result is thrown away and it runs again', async () => {
    const { job, begun, notes, finish } = aLongNote();
    const { clock, database, jobs, rows } = await aJobBench({}, job);
    const ask = (text: string) =>
      database.write((tx) => jobs.reschedule(tx, job, { text }, { uniqueKey: 'k' }));
    await ask('old');
    await clock.advance(0);
    await ask('new');
    await clock.advance(0);
    expect(begun).toEqual(['old', 'new']);
    finish[0]?.();
    await clock.advance(0);
    expect(notes).toEqual([]);
    finish[1]?.();
    await clock.advance(0);
    expect(notes).toEqual(['NEW']);
    expect(rows()).toEqual([]);
  });

  test('cancelled while it waits, it is not done', async () => {
    const { job, notes } = aNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    await database.write((tx) => jobs.enqueue(tx, job, { text: 'a' }, { uniqueKey: 'k', delayMs: 1_000 }));
    expect(await database.write((tx) => jobs.cancel(tx, job, 'k'))).toBe(true);
    expect(await database.write((tx) => jobs.cancel(tx, job, 'k'))).toBe(false);
    await clock.advance(minute);
    expect(notes).toEqual([]);
  });

  test('cancelled while it runs, it has no effect, and its place is free at once', async () => {
    const { job, begun, notes, finish } = aLongNote();
    const { clock, database, jobs } = await aJobBench({}, job);
    await database.write((tx) => jobs.enqueue(tx, job, { text: 'a' }, { uniqueKey: 'k' }));
    await clock.advance(0);
    await database.write((tx) => {
      jobs.cancel(tx, job, 'k');
      jobs.enqueue(tx, job, { text: 'b' });
    });
    await clock.advance(0);
    expect(begun).toEqual(['a', 'b']);
    finish[0]?.();
    await clock.advance(0);
    expect(notes).toEqual([]);
  });

  test('a job may ask for its own like', async () => {
    const countdown = defineJob({
      kind: 'countdown',
      payload: z.object({ n: z.number() }),
      maxAttempts: 1,
      write: (tx, { n }) => {
        seen.push(n);
        if (n > 0) jobs.enqueue(tx, countdown, { n: n - 1 }, { uniqueKey: 'k' });
      },
    });
    const seen: number[] = [];
    const { clock, database, jobs } = await aJobBench({}, countdown);
    await database.write((tx) => jobs.enqueue(tx, countdown, { n: 3 }, { uniqueKey: 'k' }));
    await clock.advance(0);
    expect(seen).toEqual([3, 2, 1, 0]);
  });
});

describe('hands', () => {
  test('of a kind no more run at once than it allows', async () => {
    const { job, begun, finish } = aLongNote({ concurrency: 2 });
    const { clock, database, jobs } = await aJobBench({}, job);
    await database.write((tx) => {
      for (const text of ['a', 'b', 'c']) jobs.enqueue(tx, job, { text });
    });
    await clock.advance(minute);
    expect(begun).toEqual(['a', 'b']);
    finish[0]?.();
    await clock.advance(0);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  test('over all kinds no more run at once than there are, and the urgent go first', async () => {
    const begun: string[] = [];
    const finish: (() => void)[] = [];
    const [low, high] = (['low', 'high'] as const).map((priority) =>
      defineJob({
        kind: priority,
        payload: z.object({}),
        maxAttempts: 1,
        timeoutMs: hour,
        concurrency: 5,
        priority,
        prepare: () => {
          begun.push(priority);
          return new Promise<void>((resolve) => finish.push(resolve));
        },
        write: () => {},
      }),
    );
    if (low === undefined || high === undefined) throw new Error('unreachable');
    const { clock, database, jobs } = await aJobBench({ slots: 2 }, low, high);
    await database.write((tx) => {
      for (let n = 0; n < 3; n += 1) jobs.enqueue(tx, low, {});
      jobs.enqueue(tx, high, {});
    });
    await clock.advance(minute);
    expect(begun).toEqual(['high', 'low']);
    for (const done of finish.splice(0)) done();
    await clock.advance(0);
    expect(begun).toEqual(['high', 'low', 'low', 'low']);
  });
});
