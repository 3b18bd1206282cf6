/** When something arrived. */
export interface Arrival {
  /** µs of a clock that only goes forward. */
  readonly monotonicUs: number;
  /** µs since 1970 by the venue's clock, which may be set. */
  readonly epochUs: number;
}

const steppedUs = 250_000;
/** The venue's clock is read in whole milliseconds, and slewed by NTP by at most 500 ppm. */
const share = 0.01;

/** Epoch of the forward clock: follows the venue's slowly, and at once where that was set. */
export function createVenueClock() {
  let offsetUs: number | null = null;

  return {
    /** True when the venue's clock was set since the last call. */
    observe({ monotonicUs, epochUs }: Arrival): boolean {
      const offset = epochUs - monotonicUs;
      const stepped = offsetUs !== null && Math.abs(offset - offsetUs) > steppedUs;
      offsetUs = offsetUs === null || stepped ? offset : offsetUs + (offset - offsetUs) * share;
      return stepped;
    },
    toEpochUs: (monotonicUs: number): number => Math.round(monotonicUs + (offsetUs ?? 0)),
  };
}
