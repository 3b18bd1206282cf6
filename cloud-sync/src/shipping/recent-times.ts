/** How long the last so many of something took, in milliseconds: enough to tell the usual from the worst. */
const kept = 500;

export function createRecentTimes() {
  const times: number[] = [];
  let next = 0;
  return {
    add(ms: number): void {
      times[next] = ms;
      next = (next + 1) % kept;
    },
    /** The time that this share of them (0…1) did not exceed; -1 before the first. */
    quantile(share: number): number {
      const sorted = times.toSorted((a, b) => a - b);
      return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? -1;
    },
  };
}
export type RecentTimes = ReturnType<typeof createRecentTimes>;
