import { spawn } from 'node:child_process';
import { checkout, inCheckout } from '../checkout.ts';

const leash = ['--import', inCheckout('scripts/src/start/leash.ts')];
/** A program quits by itself ten seconds after it was asked to. */
const usualGraceMs = 12_000;

/** One program of the system, running as a process of its own. */
export interface Program {
  readonly name: string;
  /** Resolves with the exit status, or with what ended it instead. Never rejects. */
  readonly ended: Promise<number | string>;
  /** The first thing it tells us; undefined when it ends without a word. */
  readonly told: Promise<unknown>;
  /** Asks it to stop, insists after its grace; resolves when it is gone. */
  stop(): Promise<void>;
  kill(): void;
}

export interface ProgramOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly graceMs?: number;
}

/** Runs a file of the project with this Node. Output goes where ours goes. */
export function startProgram(
  name: string,
  args: readonly string[],
  { environment = process.env, graceMs = usualGraceMs }: ProgramOptions = {},
): Program {
  // In a process group of its own, so that Ctrl-C reaches this process alone and the order of stopping is ours.
  const child = spawn(process.execPath, [...leash, ...args], {
    cwd: checkout,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'lost'));
  });
  const told = new Promise<unknown>((resolve) => {
    child.once('message', resolve);
    void ended.then(() => resolve(undefined));
  });
  return {
    name,
    ended,
    told,
    async stop() {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(insist);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
