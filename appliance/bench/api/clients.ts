import { type Connection, connect } from './connection.ts';
import { playOneLifecycle, staff } from './lifecycle.ts';

/** What the clients are told to do. */
export interface Load {
  readonly what: 'lifecycles' | 'queue_reads';
  readonly url: string;
  readonly clients: number;
  /** No client begins anew after this; what was begun is finished and counted. */
  readonly seconds: number;
}

export interface Loaded {
  /** Lifecycles, or reads. */
  readonly done: number;
  /** From the first request until the last answer. */
  readonly seconds: number;
  /** Milliseconds of every single request, sorted. */
  readonly sortedMs: readonly number[];
}

const works: Record<Load['what'], (connection: Connection) => Promise<unknown>> = {
  lifecycles: playOneLifecycle,
  queue_reads: (connection) => connection.measure({ method: 'GET', path: '/api/queue', as: staff }),
};

async function run({ what, url, clients, seconds }: Load): Promise<Loaded> {
  const ms: number[] = [];
  const work = works[what];
  let done = 0;
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const connection = connect(url, (took) => ms.push(took));
      while (performance.now() < until) {
        await work(connection);
        done += 1;
      }
      await connection.close();
    }),
  );
  return { done, seconds: (performance.now() - started) / 1000, sortedMs: ms.sort((a, b) => a - b) };
}

/** A process of its own, so that the clients' work is not the servers' delay. */
process.on('message', (load: Load) => {
  run(load).then(
    (loaded) => process.send?.({ loaded }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
