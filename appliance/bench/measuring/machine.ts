import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { rounded } from './statistics.ts';

/** @param otherLoad what else the machine was doing when the run began: the load average of the minute before */
export const machineOf = (otherLoad: number) => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memory_gb: Math.round(totalmem() / 1024 ** 3),
  kernel: release(),
  node: process.version,
  other_load: rounded(otherLoad),
});
