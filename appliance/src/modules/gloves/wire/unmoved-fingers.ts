import { adcRanges } from './analog-range.ts';

const middles = adcRanges.map((range) => Math.floor(range / 2));
/** 15 % of the smaller range: nothing that stands still goes so far. */
const movement = 0.15 * adcRanges[0];
/** A finger without a sensor never moves. Nobody waits for it longer than this, once another one has. */
const patienceMs = 10_000;

/**
 * A glove that calibrates itself says the middle of its range, 2047 or 511, of each finger that it has not seen move
 * (lucidgloves, InputManager.cpp): that is no measurement. A finger that began with it counts once it has moved; one that began with anything else counts at once.
 */
export function createUnmovedFingers() {
  let fingers: { low: number; high: number; waits: boolean }[] | null = null;
  let firstMovedAtMs: number | null = null;
  let waiting = true;

  return {
    /** True while a finger still says nothing. `curls` as sent. */
    observe(curls: ArrayLike<number>, atMs: number): boolean {
      if (!waiting) return false;
      fingers ??= Array.from(curls, (value) => ({ low: value, high: value, waits: middles.includes(value) }));
      for (const [at, finger] of fingers.entries()) {
        const value = curls[at] ?? finger.low;
        finger.low = Math.min(finger.low, value);
        finger.high = Math.max(finger.high, value);
        if (finger.high - finger.low < movement) continue;
        finger.waits = false;
        firstMovedAtMs ??= atMs;
      }
      waiting =
        fingers.some(({ waits }) => waits) && (firstMovedAtMs === null || atMs - firstMovedAtMs < patienceMs);
      return waiting;
    },
  };
}
