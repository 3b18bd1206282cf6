import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Brokers have one core to themselves and the clients the other, so that neither is the other's delay. */
export const brokersCore = 0;
export const clientsCore = 1;

type Command = readonly [file: string, ...args: string[]];

export const canPin: boolean =
  availableParallelism() > 1 && spawnSync('taskset', ['--version']).error === undefined;

/** The command, kept on that core where the machine can do so. */
export const onCore = (core: number, command: Command): Command =>
  canPin ? ['taskset', '--cpu-list', String(core), ...command] : command;
