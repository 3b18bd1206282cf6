const rotation = ['today', 'all'] as const;
export const windowHoldMs = 15_000;

/** The window a board shows now: the one it was told to, or today and all time in turn. */
export function windowAt(chosen: string | null, now: number): string {
  if (chosen !== null && chosen !== '') return chosen;
  return rotation[Math.floor(now / windowHoldMs) % rotation.length] ?? 'all';
}
