import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with true when `url` answers 200, with false when `gaveUp` resolves first. */
export async function isReady(url: string, gaveUp: Promise<unknown>): Promise<boolean> {
  let waiting = true;
  void gaveUp.then(() => {
    waiting = false;
  });
  while (waiting) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    if (answer?.status === 200) return true;
    await sleep(100);
  }
  return false;
}
