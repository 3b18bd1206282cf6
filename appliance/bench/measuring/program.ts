import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 30_000;

export interface Program {
  readonly name: string;
  readonly command: readonly [file: string, ...args: string[]];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
}

export interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  /** From the start of the process until it was ready, milliseconds. */
  readonly readyMs: number;
  /** Asks it to stop; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts a program and waits until it `isReady`. Throws with its last words when it ends before. */
export async function startProgram(
  { name, command: [file, ...args], environment = {}, directory }: Program,
  isReady: () => Promise<boolean>,
): Promise<RunningProgram> {
  const started = performance.now();
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
    ...(directory === undefined ? {} : { cwd: directory }),
  });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2_000);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      lastWords += error.message;
      resolve();
    });
    child.once('exit', () => resolve());
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(insist);
  };

  while (child.pid === undefined || !(await isReady())) {
    const failed = child.pid === undefined || child.exitCode !== null;
    if (failed || performance.now() - started > patienceMs) {
      await stop();
      throw new Error(`${name} did not start: ${lastWords}`);
    }
    await delay(5);
  }
  return { name, pid: child.pid, readyMs: performance.now() - started, stop };
}
