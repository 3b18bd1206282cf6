import type { Clock } from './clock.ts';

const remembered = 1_000;

/**
 * Answers whether something is worth saying (again): true when nothing was said under this key for `quietMs`. So a
 * flood of the same, which a stranger or a mad device can cause, does not fill the log.
 */
export function createNowAndThen(clock: Clock, quietMs = 60_000): (key: string) => boolean {
  const quietUntil = new Map<string, number>();
  return (key) => {
    const now = clock.monotonic();
    if ((quietUntil.get(key) ?? 0) > now) return false;
    if (quietUntil.size >= remembered) quietUntil.clear();
    quietUntil.set(key, now + quietMs);
    return true;
  };
}
