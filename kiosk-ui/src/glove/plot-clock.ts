/**
 * Which moment of the glove's clock stands at the right edge of the plot: it moves as evenly as the page's own clock,
 * whatever the bursts in which frames come. It follows the fastest frames, which waited least, so that no sample lies
 * beyond the edge and each is drawn as soon as it is there; an advantage that no frame has had for a while is forgotten.
 */
export function createPlotClock() {
  /** Of the page's clock minus the glove's, seconds. */
  let offset: number | undefined;
  return {
    /** A frame whose newest sample has this device time has come; both in seconds. */
    heard(deviceTime: number, pageTime: number): void {
      const seen = pageTime - deviceTime;
      if (offset === undefined || Math.abs(seen - offset) > 2) offset = seen;
      else offset = Math.min(seen, offset + 0.001 * (seen - offset));
    },
    /** Device time at the right edge now; undefined before the first frame. */
    edge: (pageTime: number): number | undefined => (offset === undefined ? undefined : pageTime - offset),
    restart(): void {
      offset = undefined;
    },
  };
}
