import type { Clock } from '@dugout/appliance/platform/clock.ts';

/** Waiting that can be cut short. */
export interface Pauses {
  /** Resolves after `ms`, or when woken. */
  pause(ms: number): Promise<void>;
  /** Ends every pause that is under way. */
  wake(): void;
  /** Ends every pause, and all that come. */
  stop(): void;
  readonly stopped: boolean;
}

export function createPauses(clock: Pick<Clock, 'after'>): Pauses {
  const waiting = new Set<() => void>();
  let stopped = false;
  const wake = () => {
    for (const end of [...waiting]) end();
  };
  return {
    pause: (ms) =>
      new Promise((resolve) => {
        if (stopped) return resolve();
        const end = () => {
          waiting.delete(end);
          cancel();
          resolve();
        };
        const cancel = clock.after(ms, end);
        waiting.add(end);
      }),
    wake,
    stop() {
      stopped = true;
      wake();
    },
    get stopped() {
      return stopped;
    },
  };
}
