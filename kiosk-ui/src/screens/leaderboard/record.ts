import type { LeaderboardEntry } from '@dugout/appliance/contract/leaderboards.ts';

/**
 * The entry to celebrate: the first of all time, if it has beaten the one seen before. Nothing is celebrated that the
 * screen did not see happen, and no tie: equal is not a record.
 */
export function newRecord(
  before: LeaderboardEntry | undefined,
  entries: readonly LeaderboardEntry[],
): LeaderboardEntry | undefined {
  const [first] = entries;
  if (before === undefined || first === undefined || first.game_id === before.game_id) return undefined;
  return first.score > before.score ? first : undefined;
}
