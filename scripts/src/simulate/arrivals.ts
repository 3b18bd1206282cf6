import type { Randomness } from './randomness.ts';

const minute = 60;
/** Doors open at eleven, lunch is at its height an hour and a quarter later, and the next day is like this one. */
const day = 8 * 60 * minute;
const lunch = 75 * minute;
const lunchWidth = 25 * minute;

/** How much busier the door is than on a quiet afternoon. */
export const rush = { doors: 4, lunch: 2.4 } as const;

/** The door's business at `seconds` after opening, 1 on a quiet afternoon. */
export function businessAt(seconds: number): number {
  const inDay = seconds % day;
  if (inDay < 2 * minute) return rush.doors;
  const fromLunch = (inDay - lunch) / lunchWidth;
  return 1 + (rush.lunch - 1) * Math.exp((-fromLunch * fromLunch) / 2);
}

/**
 * Seconds from `now` to the next arrival of a Poisson process whose rate is `perSecond` times the door's business
 * (thinning, Lewis and Shedler 1979).
 */
export function untilNextArrival(now: number, perSecond: number, random: Randomness): number {
  const most = Math.max(rush.doors, rush.lunch);
  let at = now;
  do at += random.exponential(1 / (perSecond * most));
  while (!random.chance(businessAt(at) / most));
  return at - now;
}
