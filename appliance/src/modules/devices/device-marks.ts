import type { Cancel, Clock } from '../../platform/clock.ts';

export interface Mark {
  count: number;
  reason: string;
  at: number;
}

const flushMs = 1_000;
/** More devices than any venue has. */
const most = 1_000;

/**
 * Counts what devices were refused, and hands it over at most once a second: a device that has gone mad costs an
 * addition per message, not a write.
 */
export function createDeviceMarks(
  clock: Pick<Clock, 'after' | 'now'>,
  store: (marks: ReadonlyMap<string, Mark>) => Promise<void>,
) {
  let marks = new Map<string, Mark>();
  let waiting: Cancel | undefined;

  async function flush(): Promise<void> {
    waiting?.();
    waiting = undefined;
    if (marks.size === 0) return;
    const taken = marks;
    marks = new Map();
    try {
      await store(taken);
    } catch {
      for (const [device, { count, reason, at }] of taken) add(device, count, reason, at);
    }
  }

  function add(device: string, count: number, reason: string, at: number): void {
    const known = marks.get(device);
    if (known === undefined && marks.size >= most) return;
    marks.set(device, { count: (known?.count ?? 0) + count, reason: known?.reason ?? reason, at });
    waiting ??= clock.after(flushMs, () => void flush());
  }

  return {
    note(device: string, reason: string): void {
      add(device, 1, reason, clock.now());
      const mark = marks.get(device);
      if (mark !== undefined) mark.reason = reason;
    },
    /** Hands over what is left. */
    flush,
  };
}
export type DeviceMarks = ReturnType<typeof createDeviceMarks>;
