import type { Clock } from '../../platform/clock.ts';

const spanMs = 5 * 60_000;
const remembered = 1_000;

interface Watch {
  since: number;
  least: number;
  leastBefore: number;
}

/**
 * Estimates each device's clock offset from its messages: arrival minus device time, of which the smallest of the
 * last five to ten minutes took the shortest way. A replay arrives late and so never makes it smaller.
 */
export function createDeviceClocks(clock: Pick<Clock, 'monotonic'>) {
  const watches = new Map<string, Watch>();

  return {
    /** Takes a sample; answers the estimate, in milliseconds to be added to the device's clock. */
    observe(device: string, deviceMs: number, arrivedAt: number): number {
      const difference = arrivedAt - deviceMs;
      const now = clock.monotonic();
      let watch = watches.get(device);
      if (watch === undefined || now - watch.since > 2 * spanMs) {
        if (watches.size >= remembered) watches.clear();
        watch = { since: now, least: Infinity, leastBefore: Infinity };
        watches.set(device, watch);
      } else if (now - watch.since > spanMs) {
        watch.since = now;
        watch.leastBefore = watch.least;
        watch.least = Infinity;
      }
      watch.least = Math.min(watch.least, difference);
      return Math.min(watch.least, watch.leastBefore);
    },
  };
}
export type DeviceClocks = ReturnType<typeof createDeviceClocks>;
