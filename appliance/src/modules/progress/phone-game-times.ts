const dayMs = 24 * 3_600_000;
/** A phone that was away for longer has lost its clock, or its game its meaning. */
const longestAgoMs = 30 * dayMs;

/**
 * When a phone's game was played, by the venue's clock, epoch milliseconds. A phone's own word on it counts as far as
 * it can be true: no game ends in the future.
 */
export function playedWhen(
  startedAt: string | undefined,
  seconds: number,
  now: number,
): { began: number; ended: number } {
  const lengthMs = Math.round(seconds * 1_000);
  const latest = now - lengthMs;
  const said = startedAt === undefined ? latest : Date.parse(startedAt);
  const began = Math.min(latest, Math.max(said, now - longestAgoMs));
  return { began, ended: began + lengthMs };
}
