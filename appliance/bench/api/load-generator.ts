import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Load, Loaded } from './clients.ts';

/** The clients, in a process of their own that all servers share: what warms it up warms it up for all. */
export function startLoadGenerator() {
  const child = fork(fileURLToPath(new URL('clients.ts', import.meta.url)), { serialization: 'advanced' });
  return {
    run: (load: Load): Promise<Loaded> =>
      new Promise((resolve, reject) => {
        const lost = () => reject(new Error('the clients ended early'));
        child.once('exit', lost);
        child.once('message', (answer: { loaded: Loaded } | { failed: string }) => {
          child.off('exit', lost);
          if ('loaded' in answer) resolve(answer.loaded);
          else reject(new Error(answer.failed));
        });
        child.send(load);
      }),
    stop(): void {
      child.removeAllListeners();
      child.kill();
    },
  };
}
export type LoadGenerator = ReturnType<typeof startLoadGenerator>;
