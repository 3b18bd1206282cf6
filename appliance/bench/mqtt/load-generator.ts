import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { canPin, clientsCore } from './cores.ts';
import type { Order, Worked } from './load/work.ts';

/** The clients, in a process of their own on their own core, the same for all brokers. */
export function startLoadGenerator() {
  const child = fork(fileURLToPath(new URL('load/clients.ts', import.meta.url)));
  if (canPin)
    spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(clientsCore), String(child.pid)]);
  return {
    run: (order: Order): Promise<Worked> =>
      new Promise((resolve, reject) => {
        const lost = () => reject(new Error('the clients ended early'));
        child.once('exit', lost);
        child.once('message', (answer: { worked: Worked } | { failed: string }) => {
          child.off('exit', lost);
          if ('worked' in answer) resolve(answer.worked);
          else reject(new Error(answer.failed));
        });
        child.send(order);
      }),
    stop(): void {
      child.removeAllListeners();
      child.kill();
    },
  };
}
export type LoadGenerator = ReturnType<typeof startLoadGenerator>;
