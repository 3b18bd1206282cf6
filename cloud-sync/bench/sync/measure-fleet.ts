import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { atLeast, atMost } from '@dugout/appliance/bench/measuring/goal.ts';
import { quantile, rounded } from '@dugout/appliance/bench/measuring/statistics.ts';
import { aCloudOn } from '../../src/testing/cloud-on-server.ts';
import type { FleetLoad, FleetShipped } from './fleet-process.ts';
import { cpuMs, type Measured, type Surroundings } from './measuring.ts';

const perSecond = 20;
const processes = 2;

/** CPU of all of this server's processes that there are, milliseconds by process. */
function serverCpu(anyBackend: number): Map<number, number> {
  const postmaster = parentOf(anyBackend);
  const all = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  const own = all.filter((pid) => pid === postmaster || parentOf(pid) === postmaster);
  return new Map(
    own.flatMap((pid) => {
      try {
        return [[pid, cpuMs(pid)] as const];
      } catch {
        return [];
      }
    }),
  );
}
function parentOf(pid: number): number {
  try {
    return Number(/PPid:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

/**
 * Many sites and one Postgres on one machine. The sites' databases are left out, and their links are as short as can
 * be: what is measured is the server, with the carrier of each site and a connection of its own.
 */
export async function measureFleet({ server, quick }: Surroundings): Promise<Measured> {
  const count = quick ? 40 : 200;
  const cloud = await aCloudOn(server.url);
  const children = Array.from({ length: processes }, () =>
    fork(join(import.meta.dirname, 'fleet-process.ts')),
  );
  try {
    const sites: { id: string; url: string }[] = [];
    for (let number = 0; number < count; number += 1) {
      const id = `site-${number}`;
      sites.push({ id, url: await cloud.siteUrl(id) });
    }
    const [{ pid } = { pid: 0 }] = await cloud.sql<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const seconds = quick ? 5 : 20;
    const warmUpSeconds = quick ? 2 : 5;
    const answers = children.map(async (child, index) => {
      const own = sites.filter((_, number) => number % processes === index);
      const load: FleetLoad = { sites: own, perSecond, warmUpSeconds, seconds };
      child.send(load);
      const [answer] = (await once(child, 'message')) as [{ shipped: FleetShipped } | { failed: string }];
      if ('failed' in answer) throw new Error(answer.failed);
      return answer.shipped;
    });
    const whole = Promise.all(answers);
    whole.catch(() => {});
    // Connecting takes its time, too: from a moment in which all of them ship.
    await new Promise((resolve) => setTimeout(resolve, warmUpSeconds * 1_000 + 2_000));
    const spanMs = (seconds - 3) * 1_000;
    const before = serverCpu(pid);
    await new Promise((resolve) => setTimeout(resolve, spanMs));
    const after = serverCpu(pid);
    const cpu = [...after].reduce((sum, [one, ms]) => sum + ms - (before.get(one) ?? 0), 0);
    const parts = await whole;

    const lags = parts.flatMap(({ lagsMs }) => lagsMs).sort((a, b) => a - b);
    const batches = parts.reduce((sum, part) => sum + part.batches, 0);
    const rate = lags.length / seconds;
    const p99 = rounded(quantile(lags, 0.99));
    return {
      figures: {
        sites: count,
        transactions_per_second_and_site: perSecond,
        transactions_per_second: Math.round(rate),
        batches_per_second: Math.round(batches / seconds),
        lag_p50_ms: rounded(quantile(lags, 0.5)),
        lag_p99_ms: p99,
        server_cpu_cores: rounded(cpu / spanMs),
        server_cpu_ms_per_batch: rounded(cpu / spanMs / (batches / seconds / 1_000)),
      },
      goals: [
        atLeast(
          'of what the sites wrote came through while they wrote it',
          rounded(rate / (count * perSecond)),
          0.99,
        ),
        atMost('lag p99 ms', p99, 1_000),
      ],
    };
  } finally {
    for (const child of children) child.kill();
    await cloud.stop();
  }
}
