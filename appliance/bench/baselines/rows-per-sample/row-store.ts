import { Worker } from 'node:worker_threads';
import type { SampleBlock } from '../../../src/modules/gloves/index.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { RowShape, SampleRows } from './row-tables.ts';

/** As often as the stream store commits. */
const beatMs = 1_000;
/** Samples of a session in a beat; more begin another piece. */
const room = 256;

interface Growing extends Omit<SampleRows, 'count'> {
  count: number;
}

/**
 * What the stream store does, with a row for each sample: a thread that writes, handed shared memory once a second, one
 * commit and one sync for all sessions.
 */
export function createRowStore(directory: string, shape: RowShape) {
  const worker = new Worker(new URL('row-thread.ts', import.meta.url), { workerData: { directory, shape } });
  let due: Growing[] = [];
  let open = new Map<number, Growing>();

  const send = () => {
    if (due.length > 0) worker.postMessage(due);
    due = [];
    open = new Map();
  };
  const stopBeating = systemClock.every(beatMs, send);

  function growing(session: number, { seq, t0Us, dtUs, count, layout }: SampleBlock): Growing {
    const before = open.get(session);
    const goesOn = before !== undefined && before.seq + before.count === seq && before.count + count <= room;
    if (goesOn) return before;
    const width = layout.channels.length;
    const values = new Int16Array(new SharedArrayBuffer(room * width * 2));
    const begun = { session, seq, t0Us, dtUs, count: 0, values };
    open.set(session, begun);
    due.push(begun);
    return begun;
  }

  return {
    take(session: number, block: SampleBlock): void {
      const rows = growing(session, block);
      rows.values.set(block.values, rows.count * block.layout.channels.length);
      rows.count += block.count;
    },
    /** Resolves when all is on disk. */
    async flush(): Promise<void> {
      send();
      const done = new Promise((resolve) => worker.once('message', resolve));
      worker.postMessage('flush');
      await done;
    },
    async close(): Promise<void> {
      stopBeating();
      await worker.terminate();
    },
  };
}
