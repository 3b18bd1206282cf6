import { Worker } from 'node:worker_threads';
import { type CheckpointerData, signals, wishes } from './checkpointer-signals.ts';

/** Longer than a checkpoint of the largest log takes on a slow disk. */
const endsWithinMs = 2_000;

/**
 * Moves the log into the database file on a thread of its own, so that the writing thread does not wait for the
 * disk while it could serve: docs/decisions/0003-checkpoints-run-beside-the-event-loop.md. `failed` hears when the
 * thread is gone; from then on the writer must do it.
 */
export function startCheckpointer(file: string, failed: (error: unknown) => void): { stop(): void } {
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const workerData: CheckpointerData = { file, shared };
  const worker = new Worker(new URL('./checkpointer-thread.ts', import.meta.url), { workerData });
  worker.unref();
  worker.on('error', failed);
  return {
    /** Waits until the thread has closed its connection. */
    stop() {
      Atomics.store(shared, signals.wish, wishes.stop);
      Atomics.notify(shared, signals.wish);
      Atomics.wait(shared, signals.ended, 0, endsWithinMs);
    },
  };
}
