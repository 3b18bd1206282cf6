import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, connect } from '../../api/connection.ts';
import { playOneLifecycle, staff } from '../../api/lifecycle.ts';
import { quantile } from '../../measuring/statistics.ts';

export interface Answered {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
}

const get = (path: string) => (connection: Connection) =>
  connection.measure({ method: 'GET', path, as: staff });

/** What a busy venue does, and each how often a second. A lifecycle is six writes. */
const works: readonly {
  readonly perSecond: number;
  readonly work: (connection: Connection) => Promise<unknown>;
}[] = [
  { perSecond: 20, work: get('/api/queue') },
  { perSecond: 10, work: get('/games?state=queued') },
  { perSecond: 5, work: get('/healthz') },
  { perSecond: 1, work: playOneLifecycle },
];

/** Asks at those rates until told to stop, then answers how long the answers took, milliseconds. */
export function startLightLoad(url: string): () => Promise<Answered> {
  const ms: number[] = [];
  let over = false;
  const running = works.map(async ({ perSecond, work }) => {
    const connection = connect(url, (took) => ms.push(took));
    const started = performance.now();
    for (let count = 1; !over; count += 1) {
      await work(connection);
      await delay(Math.max(0, started + (count * 1_000) / perSecond - performance.now()));
    }
    await connection.close();
  });
  return async () => {
    over = true;
    await Promise.all(running);
    ms.sort((a, b) => a - b);
    return { requests: ms.length, p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
  };
}
