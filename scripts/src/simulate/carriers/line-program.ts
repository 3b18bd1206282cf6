import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** A program that takes orders and tells events, a JSON object a line. */
export interface LineProgram {
  order(order: object): void;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

const graceMs = 3_000;

/**
 * Runs `args` with this Node, until `stop` is called or this process is gone. Resolves with its first event; rejects
 * with what it complained of when it ends before that.
 */
export async function startLineProgram(
  args: readonly string[],
  heard: (event: unknown) => void,
): Promise<LineProgram> {
  // In a process group of its own: Ctrl-C is for the simulation, which then stops it.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.stdin.on('error', () => {});
  const gone = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const first = once(lines, 'line');
  lines.on('line', (line) => heard(JSON.parse(line)));
  const began = await Promise.race([first.then(() => true), gone.then(() => false)]);
  if (!began) throw new Error(/^\w*Error: .*$/mu.exec(complaint)?.[0] ?? complaint.trim());
  return {
    order: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    async stop() {
      child.stdin.end();
      const isGone = await Promise.race([gone, delay(graceMs, undefined, { ref: false })]);
      if (isGone === undefined) child.kill('SIGKILL');
      await gone;
    },
  };
}
