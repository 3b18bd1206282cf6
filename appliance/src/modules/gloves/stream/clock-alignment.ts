import { type Line, lowerLine, type Point } from './lower-line.ts';

export interface AlignmentRules {
  readonly windowUs: number;
  /** Windows that the slope is worked out from; the oldest are forgotten. */
  readonly mostWindows: number;
  readonly fewestWindows: number;
  /** No clock is further off. */
  readonly mostSlope: number;
  /** How much the spacing of samples may be bent to come nearer to the truth. */
  readonly slew: number;
  /** What is further from the truth than this is set right at once. */
  readonly stepUs: number;
}

/** Crystals are within 100 ppm of the truth, cheap ones in the sun within 500. */
export const gloveClock: AlignmentRules = {
  windowUs: 10_000_000,
  mostWindows: 360,
  fewestWindows: 6,
  mostSlope: 500e-6,
  slew: 0.02,
  stepUs: 250_000,
};

/**
 * A glove's time → the time here. The offset is the running minimum of arrival − device time, for a message can only
 * be late; over a run, the slope under the minima of its windows is how much faster the one clock goes than the other.
 * Spacing is the device's: the offset that is used follows the estimate slowly, and steps only when it was far off.
 */
export function createClockAlignment(rules: AlignmentRules) {
  let windows: Point[] = [];
  let current: (Point & { ends: number }) | null = null;
  let line: Line | null = null;
  let applied: { deviceUs: number; offsetUs: number } | null = null;

  function observe(deviceUs: number, arrivalUs: number): void {
    const offset = arrivalUs - deviceUs;
    if (current === null || deviceUs >= current.ends) {
      if (current !== null) close(current);
      current = { x: deviceUs, y: offset, ends: deviceUs + rules.windowUs };
    } else if (offset < current.y) {
      current = { ...current, x: deviceUs, y: offset };
    }
  }

  function close({ x, y }: Point): void {
    windows = [...windows, { x, y }].slice(-rules.mostWindows);
    if (windows.length >= rules.fewestWindows) line = lowerLine(windows, rules.mostSlope);
  }

  /** What the offset should be; never so much that a sample was taken after it arrived. */
  function estimate(deviceUs: number): number {
    const recent = [...windows.slice(-1), ...(current === null ? [] : [current])];
    const least = Math.min(...recent.map(({ y }) => y));
    return line === null ? least : Math.min(line.at(deviceUs), current?.y ?? least);
  }

  function follow(deviceUs: number): boolean {
    const wanted = estimate(deviceUs);
    if (applied === null) {
      applied = { deviceUs, offsetUs: wanted };
      return false;
    }
    const error = wanted - applied.offsetUs;
    if (Math.abs(error) > rules.stepUs) {
      applied = { deviceUs, offsetUs: wanted };
      return true;
    }
    const most = Math.max(deviceUs - applied.deviceUs, 0) * rules.slew;
    const offsetUs = applied.offsetUs + Math.max(-most, Math.min(most, error));
    applied = { deviceUs: Math.max(deviceUs, applied.deviceUs), offsetUs };
    return false;
  }

  return {
    /**
     * Learns from a message whose samples were taken from `firstUs` to `newestUs`. True when the offset had to step:
     * times before and after do not belong to one line.
     */
    learn(firstUs: number, newestUs: number, arrivalUs: number): boolean {
      observe(newestUs, arrivalUs);
      return follow(firstUs);
    },
    /** Time here of a device time near the latest one. */
    here: (deviceUs: number): number => deviceUs + (applied?.offsetUs ?? 0),
    /** How much slower the device's clock goes than ours: a share, 0 until it is known. */
    slope: (): number => line?.slope ?? 0,
  };
}
export type ClockAlignment = ReturnType<typeof createClockAlignment>;
