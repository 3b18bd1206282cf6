/** Why an action is not even tried, or null when it is. What its sender took back, or what is late, is not done. */
export function endedUntried(
  { cancelled, triesLeft }: { readonly cancelled: boolean; readonly triesLeft: number },
  timeLeftMs: number,
): 'cancelled' | 'expired' | 'failed' | null {
  if (cancelled) return 'cancelled';
  if (timeLeftMs <= 0) return 'expired';
  return triesLeft <= 0 ? 'failed' : null;
}

type Version = Readonly<Record<string, unknown>>;

/** Columns that are no longer as they were seen. One that only one side speaks of says nothing. */
export const changedColumns = (seen: Version, current: Version): string[] =>
  Object.keys(current).filter((name) => name in seen && seen[name] !== current[name]);
