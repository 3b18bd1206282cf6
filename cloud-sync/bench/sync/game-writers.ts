import { type Connection, connect } from '@dugout/appliance/bench/api/connection.ts';
import { playOneLifecycle } from '@dugout/appliance/bench/api/lifecycle.ts';

/** Lifecycles of guests, six writes each, begun at a steady rate whatever the answers take. */
export interface Load {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
}

async function run({ url, perSecond, seconds }: Load): Promise<number[]> {
  const ms: number[] = [];
  const idle: Connection[] = [];
  const playing: Promise<void>[] = [];
  const began = performance.now();
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const due = began + (number * 1_000) / perSecond - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    const connection = idle.pop() ?? connect(url, (took) => ms.push(took));
    playing.push(playOneLifecycle(connection).then(() => void idle.push(connection)));
  }
  await Promise.all(playing);
  await Promise.all(idle.map((connection) => connection.close()));
  return ms;
}

process.on('message', (load: Load) => {
  run(load).then(
    (ms) => process.send?.({ ms }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
