import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../../api/connection.ts';
import { staff } from '../../api/lifecycle.ts';

export interface Asking {
  readonly url: string;
  readonly path: string;
  readonly perSecond: number;
}

let end: (() => Promise<number[]>) | undefined;

/** Asks for the same at a steady pace until told to stop. */
export async function startAsking({ url, path, perSecond }: Asking): Promise<null> {
  const ms: number[] = [];
  let over = false;
  const connection = connect(url, (took) => ms.push(took));
  await connection.measure({ method: 'GET', path, as: staff });
  ms.length = 0;
  const running = (async () => {
    const started = performance.now();
    for (let count = 1; !over; count += 1) {
      await connection.measure({ method: 'GET', path, as: staff });
      await delay(Math.max(0, started + (count * 1_000) / perSecond - performance.now()));
    }
    await connection.close();
  })();
  end = async () => {
    over = true;
    await running;
    return ms.toSorted((a, b) => a - b);
  };
  return null;
}

/** How long the answers took, milliseconds, sorted. */
export const stopAsking = async (): Promise<number[]> => (await end?.()) ?? [];
