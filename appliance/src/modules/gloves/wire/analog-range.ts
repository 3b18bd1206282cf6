/** What the analogue converters of the boards count to: an ESP32's, an AVR's. */
export const adcRanges = [1_023, 4_095] as const;
export type AdcRange = (typeof adcRanges)[number];
const small = adcRanges[0];
const large = adcRanges[1];

const windowMs = 1_000;
const windowsOfMovement = 10;
/** A finger that went so far within a second was moved; noise does not. */
const movement = small / 10;

/**
 * Whether a glove counts to 4095 or to 1023. It is taken to count to 4095 until ten seconds of movement have never gone
 * above 1023, and again, for good, as soon as something does.
 */
export function createAnalogRange(fixed?: AdcRange) {
  let range: AdcRange = fixed ?? large;
  let proven = fixed !== undefined;
  let windowEnds = Number.NEGATIVE_INFINITY;
  let moved = 0;
  let low: number[] = [];
  let high: number[] = [];

  function closeWindow(atMs: number): void {
    if (high.some((value, finger) => value - (low[finger] ?? value) >= movement)) moved += 1;
    if (moved >= windowsOfMovement) range = small;
    windowEnds = atMs + windowMs;
    low = [];
    high = [];
  }

  return {
    range: (): AdcRange => range,
    /** `curls` of one sample, as sent; `highest` of all its analogue values that the range limits. */
    observe(curls: ArrayLike<number>, highest: number, atMs: number): void {
      if (proven) return;
      if (highest > small) {
        range = large;
        proven = true;
        return;
      }
      if (atMs >= windowEnds) closeWindow(atMs);
      for (let finger = 0; finger < curls.length; finger += 1) {
        const value = curls[finger] ?? 0;
        low[finger] = Math.min(low[finger] ?? value, value);
        high[finger] = Math.max(high[finger] ?? value, value);
      }
    },
  };
}
