import { readdir, readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** Below everything a person waits for, and yet it moves on a machine that is busy throughout. */
const courteous = 10;

/**
 * Makes the threads that decode, draw and encode give way to the main loop. On Linux a nice value belongs to a thread:
 * libuv's pool, where sharp's work begins, gets it here, and libvips' threads inherit it from the one that starts them.
 * Resolves to how many threads were told: 0 where threads have no priority of their own or a sandbox forbids it.
 */
export async function lowerPicturePriority(): Promise<number> {
  const tasks = await readdir('/proc/self/task').catch(() => []);
  let lowered = 0;
  for (const task of tasks) {
    const name = await readFile(`/proc/self/task/${task}/comm`, 'utf8').catch(() => '');
    if (!/^(?:libuv-worker|libvips worker)/.test(name)) continue;
    try {
      setPriority(Number(task), courteous);
      lowered += 1;
    } catch {
      return lowered;
    }
  }
  return lowered;
}
