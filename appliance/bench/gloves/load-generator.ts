import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, AnswerOf, Order, OrderOf, What } from './load/orders.ts';

/** Gloves and whoever watches, in a process of their own. One order at a time. */
export function startLoadGenerator() {
  const child = fork(fileURLToPath(new URL('load/clients.ts', import.meta.url)));

  const ask =
    <W extends What>(what: W) =>
    (...order: OrderOf<W>): Promise<AnswerOf<W>> =>
      new Promise((resolve, reject) => {
        const lost = () => reject(new Error('the clients ended early'));
        child.once('exit', lost);
        child.once('message', (answer: Answer) => {
          child.off('exit', lost);
          if ('done' in answer) resolve(answer.done as AnswerOf<W>);
          else reject(new Error(`${what}: ${answer.failed}`));
        });
        child.send({ what, order } satisfies Order);
      });

  return {
    connectGloves: ask('connectGloves'),
    startGloves: ask('startGloves'),
    stopGloves: ask('stopGloves'),
    watchGloves: ask('watchGloves'),
    unwatchGloves: ask('unwatchGloves'),
    startAsking: ask('startAsking'),
    stopAsking: ask('stopAsking'),
    stop(): void {
      child.removeAllListeners();
      child.kill();
    },
  };
}
export type LoadGenerator = ReturnType<typeof startLoadGenerator>;
