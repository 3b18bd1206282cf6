import { parameters } from './parameters.ts';
import { at } from './signal.ts';

/** One closing of the hand after it was open. */
export interface Repetition {
  /** Seconds from the start of its run, when the curl passes `repetition.high`. */
  readonly atSeconds: number;
  /** From the most open before it to the most closed in it; null when the run ends before the hand opens again. */
  readonly amplitude: number | null;
  /** Greatest closing speed, curl per second; null as above. */
  readonly peakSpeed: number | null;
}

/** Finds the repetitions in one run of a curl and its velocity, with hysteresis. */
export function repetitionsIn(curl: Float64Array, velocity: Float64Array): Repetition[] {
  const { low, high, refractoryMs } = parameters.repetition;
  const { rateHz } = parameters;
  const refractory = (refractoryMs * rateHz) / 1000;
  const repetitions: Repetition[] = [];
  let isOpen = false;
  let lowest = Number.POSITIVE_INFINITY;
  let closing:
    | { readonly index: number; readonly lowest: number; highest: number; fastest: number }
    | undefined;
  let fastest = 0;
  let lastIndex = Number.NEGATIVE_INFINITY;
  const finish = (isWhole: boolean): void => {
    if (closing === undefined) return;
    repetitions.push({
      atSeconds: closing.index / rateHz,
      amplitude: isWhole ? closing.highest - closing.lowest : null,
      peakSpeed: isWhole ? closing.fastest : null,
    });
    closing = undefined;
  };
  for (let i = 0; i < curl.length; i++) {
    const x = at(curl, i);
    const v = at(velocity, i);
    if (x <= low) {
      if (!isOpen) {
        finish(true);
        isOpen = true;
        lowest = x;
        fastest = 0;
      }
      if (x < lowest) {
        lowest = x;
        fastest = 0;
      }
    }
    if (isOpen) fastest = Math.max(fastest, v);
    if (closing !== undefined) {
      closing.highest = Math.max(closing.highest, x);
      closing.fastest = Math.max(closing.fastest, v);
    }
    if (x >= high && isOpen) {
      isOpen = false;
      if (i - lastIndex < refractory) continue;
      lastIndex = i;
      closing = { index: i, lowest, highest: x, fastest };
    }
  }
  finish(false);
  return repetitions;
}
