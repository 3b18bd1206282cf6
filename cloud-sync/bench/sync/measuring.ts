import { readdirSync, readFileSync } from 'node:fs';
import type { Goal } from '@dugout/appliance/bench/measuring/goal.ts';
import type { EmbeddedPostgres } from '../../src/postgres/embedded.ts';

/** What every row stands on. */
export interface Surroundings {
  readonly server: EmbeddedPostgres;
  /** On the disk, for venues; each row makes its own below. */
  readonly directory: string;
  /** Smaller and shorter: whether it runs, and roughly how. */
  readonly quick: boolean;
}

export interface Measured {
  readonly figures: Readonly<Record<string, unknown>>;
  readonly goals: readonly Goal[];
}

/** CPU that a process has had since it began, all its threads, milliseconds. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return nanoseconds / 1e6;
}

export interface Cost {
  /** Of the server's process behind the connection. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

export async function costOf(pid: number, work: () => Promise<unknown>): Promise<Cost> {
  const [cpu, began] = [cpuMs(pid), performance.now()];
  await work();
  return { cpuMs: cpuMs(pid) - cpu, wallMs: performance.now() - began };
}

/** A time that all processes of this machine share, milliseconds. */
export const sharedNow = (): number => performance.timeOrigin + performance.now();

/** Looks again every `everyMs` until `holds`. Throws after `withinMs`. */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  what: string,
  { everyMs = 5, withinMs = 300_000 } = {},
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
