import { readdirSync, readFileSync } from 'node:fs';

export interface CoreTime {
  /** All living threads of a process have had it, microseconds. */
  readonly used: number;
  /** They could have run, had a core been free. */
  readonly waited: number;
}

/** Linux keeps both to the nanosecond. */
export function coreTimeOf(pid: number): CoreTime {
  const threads = `/proc/${pid}/task`;
  let [used, waited] = [0, 0];
  for (const thread of readdirSync(threads)) {
    const [ran = '0', queued = '0'] = readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ');
    used += Number(ran) / 1_000;
    waited += Number(queued) / 1_000;
  }
  return { used, waited };
}

export const cpuMicroseconds = (pid: number): number => coreTimeOf(pid).used;

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}
