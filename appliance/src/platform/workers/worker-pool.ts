import { Piscina } from 'piscina';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import { WorkersBusy, WorkersStopped, type WorkerTask, WorkerTimedOut } from './worker-task.ts';

/** Below everything a person waits for, and yet it moves on a machine that is busy throughout. */
const courteous = 10;
/** A thread that nobody needs is let go after this long. */
const idleMs = 30_000;

export interface WorkerPoolOptions {
  readonly clock: Clock;
  readonly metrics: Registry;
  /** How many run at the same time. */
  readonly threads: 1 | 2;
  /** How many wait for a thread; one more is refused. */
  readonly queue: number;
  /** What a thread may need, in MB; one that needs more ends, and the process does not. */
  readonly memory: number;
  onFailure(error: unknown): void;
}

export interface RunOptions {
  /** Ends the run, wherever it is. */
  readonly signal?: AbortSignal;
  /** Buffers of the input that are handed over and not copied; the caller cannot read them any more. */
  readonly moved?: readonly ArrayBuffer[];
}

/** Threads for what would hold up the main loop. None is there before the first run. */
export function createWorkerPool(options: WorkerPoolOptions) {
  const { clock, metrics, threads, queue } = options;
  const stopped = new AbortController();
  const waiting = new Set<() => void>();
  let running = 0;
  let pool: Piscina | undefined;
  const measured = createWorkerMetrics(metrics, () => ({ waiting: waiting.size, running }));

  function started(): Piscina {
    pool ??= new Piscina({
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: idleMs,
      niceIncrement: courteous,
      resourceLimits: { maxOldGenerationSizeMb: options.memory },
      recordTiming: false,
    }).on('error', options.onFailure);
    return pool;
  }

  /** Resolves when a thread is free for the caller, who gives it back with `release`. */
  function thread(signal: AbortSignal): Promise<void> {
    if (running < threads) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting.size >= queue) return Promise.reject(new WorkersBusy('too much work waits for a thread'));
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.delete(begin);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.add(begin);
    });
  }

  function release(): void {
    const [next] = waiting;
    if (next === undefined) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  }

  async function inTime<Output>(
    task: WorkerTask<never, Output>,
    signal: AbortSignal,
    work: (limit: AbortSignal) => Promise<Output>,
  ): Promise<Output> {
    const limit = new AbortController();
    const enough = () => limit.abort(new WorkerTimedOut(`${task.name}: not done after ${task.timeoutMs} ms`));
    const cancel = clock.after(task.timeoutMs, enough);
    const both = AbortSignal.any([signal, limit.signal]);
    try {
      return await work(both);
    } catch (error) {
      throw both.aborted ? both.reason : error;
    } finally {
      cancel();
    }
  }

  return {
    /**
     * Runs a task on a thread of low priority. Rejects with `WorkersBusy`, `WorkerTimedOut`, `WorkersStopped`, the
     * reason of `signal`, or what the task threw; a thread that dies rejects its run and is replaced.
     */
    async run<Input, Output>(
      task: WorkerTask<Input, Output>,
      input: Input,
      { signal, moved = [] }: RunOptions = {},
    ): Promise<Output> {
      const ended = signal === undefined ? stopped.signal : AbortSignal.any([signal, stopped.signal]);
      ended.throwIfAborted();
      await thread(ended);
      const began = clock.monotonic();
      let result = 'failed';
      try {
        ended.throwIfAborted();
        const filename = task.module.href;
        const output = await inTime(task, ended, (limit) =>
          started().run(input, { filename, signal: limit, transferList: [...moved] }),
        );
        result = 'done';
        return output as Output;
      } finally {
        measured.observe(task.name, result, (clock.monotonic() - began) / 1_000);
        release();
      }
    },

    /** Ends what runs and refuses what waits. */
    async stop(): Promise<void> {
      stopped.abort(new WorkersStopped('the appliance stops'));
      await pool?.destroy();
    },
  };
}
export type WorkerPool = ReturnType<typeof createWorkerPool>;

function createWorkerMetrics(registry: Registry, look: () => { waiting: number; running: number }) {
  const seconds = new Counter({
    name: 'dugout_worker_seconds_total',
    help: 'Time that tasks have held a worker thread',
    labelNames: ['task'],
    registers: [registry],
  });
  const runs = new Counter({
    name: 'dugout_worker_runs_total',
    help: 'Runs on worker threads, by how they ended',
    labelNames: ['task', 'result'],
    registers: [registry],
  });
  new Gauge({
    name: 'dugout_worker_tasks',
    help: 'Tasks that wait for a worker thread, or hold one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { waiting, running } = look();
      this.set({ state: 'waiting' }, waiting);
      this.set({ state: 'running' }, running);
    },
  });
  return {
    observe(task: string, result: string, took: number): void {
      seconds.inc({ task }, took);
      runs.inc({ task, result });
    },
  };
}
