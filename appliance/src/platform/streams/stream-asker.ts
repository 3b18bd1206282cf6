import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.ts';
import { storageProblems } from '../database/storage-problems.ts';
import { Problem, type ProblemKind } from '../errors.ts';
import type { Answered, Ask, StreamThreadData, Told } from './stream-thread.ts';
import type { StreamWriter } from './stream-writer.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

const kinds: Readonly<Record<string, ProblemKind>> = storageProblems;

export interface StreamAskerOptions extends StreamThreadData {
  readonly clock: Pick<Clock, 'now'>;
  /** The file is a new one, and what was in the one before is gone; `aside` names that one, if it was damaged. */
  onAnew(aside: string | null): void;
}

/**
 * The writer of `streams.db` on a thread of its own, which begins with the first thing that is asked of it. Rejects with
 * the storage's problems; when the thread dies, with why, and the next asking begins another.
 */
export function createStreamAsker({ clock, onAnew, ...data }: StreamAskerOptions) {
  let thread: ReturnType<typeof beginThread> | undefined;

  async function ask<What extends keyof StreamWriter>(
    what: What,
    ...args: Parameters<StreamWriter[What]>
  ): Promise<ReturnType<StreamWriter[What]>> {
    if (thread === undefined || thread.isGone()) thread = beginThread(data, onAnew);
    return (await thread.ask({ what, args, now: clock.now() })) as ReturnType<StreamWriter[What]>;
  }

  return {
    ask,
    /** Closes the file; what was asked before is done. */
    async close(): Promise<void> {
      if (thread === undefined || thread.isGone()) return;
      const closing = thread;
      await ask('close');
      await closing.ended();
    },
  };
}

function beginThread(workerData: StreamThreadData, onAnew: StreamAskerOptions['onAnew']) {
  const waiting = new Map<number, Waiting>();
  const worker = new Worker(new URL('./stream-thread.ts', import.meta.url), { workerData });
  let asked = 0;
  let gone = false;
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()));

  function end(error: unknown): void {
    gone = true;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  worker.unref();
  worker.on('error', end);
  worker.on('exit', () => end(new Problem(storageProblems.storage_closed)));
  worker.on('message', (told: Told) => {
    if ('began' in told) {
      onAnew(told.aside);
      return;
    }
    const one = waiting.get(told.id);
    waiting.delete(told.id);
    // As long as somebody waits for it, the process does not end.
    if (waiting.size === 0) worker.unref();
    if (told.ok) one?.resolve(told.value);
    else one?.reject(failureOf(told));
  });

  return {
    ended(): Promise<void> {
      if (!gone) worker.ref();
      return ended;
    },
    isGone: () => gone,
    ask(wanted: Omit<Ask, 'id'>): Promise<unknown> {
      asked += 1;
      const message: Ask = { id: asked, ...wanted };
      return new Promise((resolve, reject) => {
        waiting.set(message.id, { resolve, reject });
        worker.ref();
        worker.postMessage(message);
      });
    },
  };
}

const failureOf = ({ code, message }: Extract<Answered, { ok: false }>): Error => {
  const kind = code === null ? undefined : kinds[code];
  return kind === undefined ? new Error(message) : new Problem(kind);
};
