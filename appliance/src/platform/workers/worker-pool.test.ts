import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { until } from '../../testing/test-broker.ts';
import type { Favour } from './testing/obliging-worker.ts';
import { createWorkerPool } from './worker-pool.ts';
import { defineWorkerTask } from './worker-task.ts';

const oblige = defineWorkerTask<Favour, number>({
  name: 'test.oblige',
  module: new URL('./testing/obliging-worker.ts', import.meta.url),
  timeoutMs: 5_000,
});

function aPool(settings: { threads?: 1 | 2; queue?: number } = {}) {
  const clock = createFakeClock();
  const metrics = new Registry();
  const failures: unknown[] = [];
  const pool = createWorkerPool({
    clock,
    metrics,
    threads: 1,
    queue: 10,
    memory: 64,
    ...settings,
    onFailure: (error) => failures.push(error),
  });
  onTestFinished(() => pool.stop());
  const ask = (favour: Favour, signal?: AbortSignal) =>
    pool.run(oblige, favour, signal === undefined ? {} : { signal });
  const tasks = async () =>
    Object.fromEntries(
      ((await metrics.getSingleMetric('dugout_worker_tasks')?.get())?.values ?? []).map(
        ({ labels, value }) => [labels['state'], value],
      ),
    );
  return { pool, clock, metrics, failures, ask, tasks };
}

describe('a task', () => {
  test('is done on another thread and answered', async () => {
    const { ask } = aPool();
    expect(await Promise.all([1, 2, 3].map((value) => ask({ kind: 'double', value })))).toEqual([2, 4, 6]);
  });

  test('is given a buffer that is moved, not copied', async () => {
    const { pool } = aPool();
    const bytes = new Uint8Array([1, 2, 3]).buffer;
    expect(await pool.run(oblige, { kind: 'sum', bytes }, { moved: [bytes] })).toBe(6);
    expect(bytes.byteLength).toBe(0);
  });

  test('that throws says so, and the next is done', async () => {
    const { ask } = aPool();
    await expect(ask({ kind: 'throw' })).rejects.toThrow('would rather not');
    expect(await ask({ kind: 'double', value: 2 })).toBe(4);
  });

  test.each(['die', 'eat_memory'] as const)('whose thread ends (%s) fails alone', async (kind) => {
    const { ask, failures } = aPool();
    const [lost, kept] = await Promise.allSettled([ask({ kind }), ask({ kind: 'double', value: 2 })]);
    expect(lost).toMatchObject({ status: 'rejected' });
    expect(kept).toEqual({ status: 'fulfilled', value: 4 });
    expect(failures).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('gives way to the main loop', async () => {
    const { ask } = aPool();
    expect(await ask({ kind: 'priority' })).toBeGreaterThanOrEqual(10);
  });
});

describe('a task that is stuck', () => {
  test('loses its thread when its time is up, and the next is done', async () => {
    const { ask, clock, tasks } = aPool();
    const stuck = ask({ kind: 'loop_for_ever' });
    const next = ask({ kind: 'double', value: 3 });
    await until(async () => (await tasks())['waiting'] === 1);
    const refused = expect(stuck).rejects.toThrow(/not done after 5000 ms/u);
    await clock.advance(5_000);
    await refused;
    expect(await next).toBe(6);
  });

  test('ends when its asker wants it no more', async () => {
    const { ask } = aPool();
    const controller = new AbortController();
    const stuck = ask({ kind: 'loop_for_ever' }, controller.signal);
    const waiting = ask({ kind: 'double', value: 1 }, controller.signal);
    controller.abort(new Error('enough'));
    await expect(stuck).rejects.toThrow('enough');
    await expect(waiting).rejects.toThrow('enough');
    expect(await ask({ kind: 'double', value: 4 })).toBe(8);
  });

  test('does not hold up a stop', async () => {
    const { pool, ask } = aPool();
    const outcomes = Promise.allSettled([ask({ kind: 'loop_for_ever' }), ask({ kind: 'double', value: 1 })]);
    await pool.stop();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'WorkersStopped' } });
    await expect(ask({ kind: 'double', value: 1 })).rejects.toThrow('the appliance stops');
  });
});

test('no more waits than the pool keeps, and the metrics say how much', async () => {
  const { ask, tasks, metrics } = aPool({ queue: 1 });
  expect(await tasks()).toEqual({ waiting: 0, running: 0 });
  const first = ask({ kind: 'double', value: 1 });
  const second = ask({ kind: 'double', value: 2 });
  await expect(ask({ kind: 'double', value: 3 })).rejects.toMatchObject({ name: 'WorkersBusy' });
  expect(await tasks()).toEqual({ waiting: 1, running: 1 });
  expect(await Promise.all([first, second])).toEqual([2, 4]);
  expect(await tasks()).toEqual({ waiting: 0, running: 0 });
  expect(await metrics.metrics()).toContain('dugout_worker_runs_total{task="test.oblige",result="done"} 2');
});
