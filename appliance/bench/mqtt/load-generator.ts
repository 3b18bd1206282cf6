import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { canPin, clientsCore } from './cores.ts';
import type { Answer, AnswerOf, OrderOf, What } from './load/orders.ts';

/** The clients, in a process of their own on their own core, the same for all brokers. One order at a time. */
export function startLoadGenerator() {
  const child = fork(fileURLToPath(new URL('load/clients.ts', import.meta.url)));
  const pinned = ['--all-tasks', '--cpu-list', '--pid', String(clientsCore), String(child.pid)];
  if (canPin) spawnSync('taskset', pinned);

  const ask =
    <W extends What>(what: W) =>
    (order: OrderOf<W>): Promise<AnswerOf<W>> =>
      new Promise((resolve, reject) => {
        const lost = () => reject(new Error('the clients ended early'));
        child.once('exit', lost);
        child.once('message', (answer: Answer) => {
          child.off('exit', lost);
          if ('done' in answer) resolve(answer.done as AnswerOf<W>);
          else reject(new Error(answer.failed));
        });
        child.send({ what, order });
      });

  return {
    work: ask('work'),
    hold: ask('hold'),
    send: ask('send'),
    stop(): void {
      child.removeAllListeners();
      child.kill();
    },
  };
}
export type LoadGenerator = ReturnType<typeof startLoadGenerator>;
