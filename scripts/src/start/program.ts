import { spawn } from 'node:child_process';
import { checkout, inCheckout } from '../checkout.ts';

const leash = ['--import', inCheckout('scripts/src/start/leash.ts')];

/** One program of the system, running as a process of its own. */
export interface Program {
  readonly name: string;
  /** Resolves with the exit status, or with what ended it instead. Never rejects. */
  readonly ended: Promise<number | string>;
  /** Asks it to stop, insists after `graceMs`; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/** Runs a file of the project with this Node. Output goes where ours goes. */
export function startProgram(
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
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
  return {
    name,
    ended,
    async stop(graceMs) {
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
